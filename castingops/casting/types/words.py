"""Closed lists that all of casting shares; their words carry both languages here."""
from enum import StrEnum
from typing import NamedTuple


class Words(NamedTuple):
    """A word of a closed list in both languages."""

    en: str
    ar: str


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Level(StrEnum):
    NATIVE = "native"
    FLUENT = "fluent"
    INTERMEDIATE = "intermediate"
    BASIC = "basic"


CITIES: dict[str, Words] = {
    "riyadh": Words("Riyadh", "الرياض"),
    "jeddah": Words("Jeddah", "جدة"),
    "makkah": Words("Makkah", "مكة المكرمة"),
    "madinah": Words("Madinah", "المدينة المنورة"),
    "dammam": Words("Dammam", "الدمام"),
    "khobar": Words("Al Khobar", "الخبر"),
    "dhahran": Words("Dhahran", "الظهران"),
    "jubail": Words("Jubail", "الجبيل"),
    "qatif": Words("Qatif", "القطيف"),
    "al_ahsa": Words("Al Ahsa", "الأحساء"),
    "hafar_al_batin": Words("Hafar Al Batin", "حفر الباطن"),
    "ras_tanura": Words("Ras Tanura", "رأس تنورة"),
    "khafji": Words("Khafji", "الخفجي"),
    "taif": Words("Taif", "الطائف"),
    "rabigh": Words("Rabigh", "رابغ"),
    "yanbu": Words("Yanbu", "ينبع"),
    "alula": Words("AlUla", "العلا"),
    "tabuk": Words("Tabuk", "تبوك"),
    "neom": Words("NEOM", "نيوم"),
    "umluj": Words("Umluj", "أملج"),
    "buraidah": Words("Buraidah", "بريدة"),
    "unaizah": Words("Unaizah", "عنيزة"),
    "ar_rass": Words("Ar Rass", "الرس"),
    "hail": Words("Hail", "حائل"),
    "arar": Words("Arar", "عرعر"),
    "sakaka": Words("Sakaka", "سكاكا"),
    "qurayyat": Words("Qurayyat", "القريات"),
    "abha": Words("Abha", "أبها"),
    "khamis_mushait": Words("Khamis Mushait", "خميس مشيط"),
    "bisha": Words("Bisha", "بيشة"),
    "najran": Words("Najran", "نجران"),
    "jazan": Words("Jazan", "جازان"),
    "al_baha": Words("Al Baha", "الباحة"),
    "al_kharj": Words("Al Kharj", "الخرج"),
    "diriyah": Words("Diriyah", "الدرعية"),
    "al_majmaah": Words("Al Majmaah", "المجمعة"),
    "zulfi": Words("Zulfi", "الزلفي"),
    "dawadmi": Words("Dawadmi", "الدوادمي"),
    "shaqra": Words("Shaqra", "شقراء"),
    "wadi_ad_dawasir": Words("Wadi Ad Dawasir", "وادي الدواسر"),
}

LANGUAGES: dict[str, Words] = {
    "ar": Words("Arabic", "العربية"),
    "en": Words("English", "الإنجليزية"),
    "fr": Words("French", "الفرنسية"),
    "es": Words("Spanish", "الإسبانية"),
    "de": Words("German", "الألمانية"),
    "it": Words("Italian", "الإيطالية"),
    "pt": Words("Portuguese", "البرتغالية"),
    "tr": Words("Turkish", "التركية"),
    "fa": Words("Persian", "الفارسية"),
    "ur": Words("Urdu", "الأردية"),
    "hi": Words("Hindi", "الهندية"),
    "bn": Words("Bengali", "البنغالية"),
    "ml": Words("Malayalam", "الماليالامية"),
    "ta": Words("Tamil", "التاميلية"),
    "tl": Words("Filipino", "الفلبينية"),
    "id": Words("Indonesian", "الإندونيسية"),
    "ms": Words("Malay", "الملايوية"),
    "ps": Words("Pashto", "البشتوية"),
    "ku": Words("Kurdish", "الكردية"),
    "am": Words("Amharic", "الأمهرية"),
    "sw": Words("Swahili", "السواحيلية"),
    "so": Words("Somali", "الصومالية"),
    "ha": Words("Hausa", "الهوسا"),
    "ru": Words("Russian", "الروسية"),
    "uk": Words("Ukrainian", "الأوكرانية"),
    "el": Words("Greek", "اليونانية"),
    "zh": Words("Chinese", "الصينية"),
    "ja": Words("Japanese", "اليابانية"),
    "ko": Words("Korean", "الكورية"),
}

DIALECTS: dict[str, Words] = {
    "fusha": Words("Modern Standard Arabic", "الفصحى"),
    "najdi": Words("Najdi", "نجدية"),
    "hijazi": Words("Hijazi", "حجازية"),
    "southern": Words("Southern Saudi", "جنوبية"),
    "northern": Words("Northern Saudi", "شمالية"),
    "sharqawi": Words("Eastern Saudi", "شرقاوية"),
    "hasawi": Words("Hasawi", "حساوية"),
    "bedouin": Words("Bedouin", "بدوية"),
    "kuwaiti": Words("Kuwaiti", "كويتية"),
    "emirati": Words("Emirati", "إماراتية"),
    "bahraini": Words("Bahraini", "بحرينية"),
    "omani": Words("Omani", "عُمانية"),
    "qatari": Words("Qatari", "قطرية"),
    "yemeni": Words("Yemeni", "يمنية"),
    "iraqi": Words("Iraqi", "عراقية"),
    "egyptian": Words("Egyptian", "مصرية"),
    "sudanese": Words("Sudanese", "سودانية"),
    "syrian": Words("Syrian", "سورية"),
    "lebanese": Words("Lebanese", "لبنانية"),
    "jordanian": Words("Jordanian", "أردنية"),
    "palestinian": Words("Palestinian", "فلسطينية"),
    "moroccan": Words("Moroccan", "مغربية"),
    "tunisian": Words("Tunisian", "تونسية"),
    "algerian": Words("Algerian", "جزائرية"),
    "libyan": Words("Libyan", "ليبية"),
}

# ISO 3166-1 alpha-2, officially assigned; their names in both languages are Babel's.
COUNTRIES = frozenset("""
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD
CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF
GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI
SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
VN VU WF WS YE YT ZA ZM ZW
""".split())  # noqa: SIM905  # a list of 249 literals would not be read
