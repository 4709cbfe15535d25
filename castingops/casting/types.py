"""Names, bounds and values that all of casting shares. Words of closed lists carry both languages here."""
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

NAME_MAX = 80  # characters
BIO_MAX = 2000
SKILLS_MAX, SKILL_MAX = 30, 40  # how many, and characters of each
LANGUAGES_MAX = 12
HEIGHT_MIN, HEIGHT_MAX = 40, 250  # centimetres
PLAYING_AGE_MAX = 100  # years
LIFETIME = 110  # years: a birth date further back is a slip
ADULT_AT = 18  # Gregorian years, the later of the two majorities: until then a child is protected as one


class Words(NamedTuple):
    """A word of a closed list in both languages."""

    en: str
    ar: str


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


class ProfileStatus(StrEnum):
    """Where the working copy stands; a profile stays visible while a change to it is under review."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    PUBLISHED = "published"


class RevisionStatus(StrEnum):
    """Where a submission stands. Superseded: the talent sent a newer one before it was decided."""

    PENDING = "pending"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class SubmissionKind(StrEnum):
    """A first submission, or a change to a profile that was approved before."""

    FIRST = "first"
    CHANGE = "change"


class Level(StrEnum):
    NATIVE = "native"
    FLUENT = "fluent"
    INTERMEDIATE = "intermediate"
    BASIC = "basic"


class LanguageSkill(Struct, frozen=True):
    """A language a talent speaks, by ISO 639-1 code."""

    code: str
    level: Level


class ProfileFields(Struct, frozen=True, kw_only=True):
    """Everything a talent says of themselves. A draft may lack any of it; a revision keeps it as submitted."""

    display_name_ar: str | None = None
    display_name_en: str | None = None
    stage_name_ar: str | None = None
    stage_name_en: str | None = None
    birth_date: date | None = None
    gender: Gender | None = None
    nationality: str | None = None  # ISO 3166-1 alpha-2
    city: str | None = None
    playing_age_min: int | None = None
    playing_age_max: int | None = None
    height_cm: int | None = None
    languages: tuple[LanguageSkill, ...] = ()
    dialects: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    bio_ar: str | None = None
    bio_en: str | None = None


class Snapshot(Struct, frozen=True, kw_only=True):
    """What was submitted: the fields, and which photos in which order."""

    fields: ProfileFields
    photo_ids: tuple[UUID, ...]
    primary_photo_id: UUID | None


class Submission(Struct, frozen=True, kw_only=True):
    """How one submission stands and, once decided, its statement of reasons in both languages."""

    number: int
    kind: SubmissionKind
    status: RevisionStatus
    submitted_at: datetime
    decided_at: datetime | None
    reason_code: str | None
    statement_en: str | None
    statement_ar: str | None


class Revision(Submission, frozen=True, kw_only=True):
    """A submission with what was submitted, for those who decide on it."""

    id: UUID
    subject_id: UUID
    fields: ProfileFields
    photo_ids: tuple[UUID, ...]
    primary_photo_id: UUID | None


class Shown(Struct, frozen=True):
    """What of a person stands in the marketplace: whose it is, which submission, which photos."""

    subject_id: UUID
    revision: int
    photo_ids: tuple[UUID, ...]


class OwnProfile(ProfileFields, frozen=True, kw_only=True):
    """A talent's profile as they see it themselves."""

    status: ProfileStatus
    version: int
    updated_at: datetime | None
    published_id: UUID | None  # under which the marketplace sees it
    submission: Submission | None  # the latest
    has_unsubmitted_changes: bool
    missing: tuple[str, ...]  # what a submission still lacks, by field


class PublishedDetails(Struct, frozen=True, kw_only=True):
    """What one published profile says beyond its line in lists."""

    language_levels: tuple[LanguageSkill, ...]
    dialects: tuple[str, ...]
    skills: tuple[str, ...]
    bio_ar: str | None
    bio_en: str | None
    photo_ids: tuple[UUID, ...]


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
