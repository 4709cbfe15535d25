"""Names by region and gender, each in both scripts. The combinations are random: nobody real is meant."""
from typing import NamedTuple


class Name(NamedTuple):
    """One part of a name in both scripts."""

    en: str
    ar: str


def _names(text: str) -> tuple[Name, ...]:
    """`Latin عربي` pairs, one a line or parted by semicolons."""
    pairs = (pair.split("=", 1) for line in text.splitlines() for pair in line.split(";") if pair.strip())
    return tuple(Name(en.strip(), ar.strip()) for en, ar in pairs)


MEN = _names("""
Abdullah=عبدالله; Mohammed=محمد; Fahad=فهد; Khalid=خالد; Saud=سعود; Turki=تركي; Faisal=فيصل
Nasser=ناصر; Saad=سعد
Sultan=سلطان; Bandar=بندر; Majed=ماجد; Omar=عمر; Ali=علي; Hassan=حسن; Hussain=حسين; Ibrahim=إبراهيم
Yousef=يوسف
Abdulrahman=عبدالرحمن; Abdulaziz=عبدالعزيز; Rakan=راكان; Ziyad=زياد; Yazeed=يزيد; Meshari=مشاري
Anas=أنس; Hatem=حاتم
Waleed=وليد; Tariq=طارق; Sami=سامي; Rayan=ريان; Muath=معاذ; Osama=أسامة; Hamad=حمد; Mansour=منصور
Nawaf=نواف; Badr=بدر
Salman=سلمان; Thamer=ثامر; Hani=هاني; Basil=باسل; Adel=عادل; Marwan=مروان; Jaber=جابر; Yasser=ياسر
Essam=عصام
""")

WOMEN = _names("""
Nourah=نورة; Sarah=سارة; Reem=ريم; Lama=لمى; Hessa=حصة; Munirah=منيرة; Abeer=عبير; Haifa=هيفاء
Layla=ليلى; Maha=مها
Danah=دانة; Jawaher=جواهر; Aljohara=الجوهرة; Shahad=شهد; Ghada=غادة; Amal=أمل; Hanan=حنان
Rahaf=رهف; Raghad=رغد
Joud=جود; Lujain=لجين; Wijdan=وجدان; Asma=أسماء; Fatimah=فاطمة; Maryam=مريم; Zainab=زينب
Khadijah=خديجة; Afnan=أفنان
Bushra=بشرى; Arwa=أروى; Hind=هند; Salma=سلمى; Dalal=دلال; Najla=نجلاء; Ruba=ربى; Shaden=شادن
Atheer=أثير; Wafa=وفاء
Samar=سمر; Basma=بسمة; Lubna=لبنى; Manal=منال; Hala=هلا; Yara=يارا; Dana=دانا
""")

FAMILIES = {
    "najd": _names("""
        Al-Otaibi=العتيبي; Al-Dossari=الدوسري; Al-Mutairi=المطيري; Al-Qahtani=القحطاني
        Al-Subaie=السبيعي; Al-Harbi=الحربي
        Al-Tamimi=التميمي; Al-Fuhaid=الفهيد; Al-Rashid=الرشيد; Al-Saleem=السليم; Al-Mansour=المنصور
        Al-Hussaini=الحسيني
        Al-Shuwaier=الشويعر; Al-Khuraif=الخريف; Al-Yahya=اليحيى; Al-Omari=العمري"""),
    "hejaz": _names("""
        Al-Ghamdi=الغامدي; Al-Zahrani=الزهراني; Al-Juhani=الجهني; Al-Sulami=السلمي
        Al-Lihyani=اللحياني; Al-Thaqafi=الثقفي
        Al-Maliki=المالكي; Al-Harthi=الحارثي; Bukhari=بخاري; Filimban=فلمبان; Khoja=خوجة
        Al-Hazmi=الحازمي; Barnawi=برناوي
        Al-Sharif=الشريف; Sindi=سندي; Al-Ansari=الأنصاري"""),
    "east": _names("""
        Al-Khalidi=الخالدي; Al-Hajri=الهاجري; Al-Marri=المري; Al-Ajmi=العجمي; Al-Saffar=الصفار
        Al-Awad=العوض; Al-Nasser=الناصر
        Al-Ahmad=الأحمد; Al-Mulhim=الملحم; Al Bin Ali=البن علي; Al-Hammad=الحماد
        Al-Dawood=الداود"""),
    "south": _names("""
        Asiri=عسيري; Al-Shahrani=الشهراني; Al-Qarni=القرني; Hakami=حكمي; Faifi=فيفي; Madkhali=مدخلي
        Al-Amri=العمري
        Al-Yami=اليامي; Al-Ahmari=الأحمري; Jaafari=جعفري; Al-Shehri=الشهري; Mubarki=مباركي"""),
    "north": _names("""
        Al-Shammari=الشمري; Al-Anazi=العنزي; Al-Ruwaili=الرويلي; Al-Sharari=الشراري
        Al-Balawi=البلوي; Al-Atawi=العطوي
        Al-Huwaiti=الحويطي; Al-Fuqaha=الفقهاء; Al-Rashidi=الرشيدي"""),
    "egypt": _names("""
        El-Sayed=السيد; Mostafa=مصطفى; Abdelhamid=عبدالحميد; Hegazy=حجازي; Shaheen=شاهين; Ramzy=رمزي"""),
    "levant": _names("""
        Haddad=حداد; Khoury=خوري; Qassem=قاسم; Barakat=بركات; Halabi=حلبي; Nabulsi=نابلسي; Masri=مصري"""),
    "sudan": _names("""
        Idris=إدريس; Bashir=بشير; Al-Tayeb=الطيب; Osman=عثمان; Babiker=بابكر; Al-Amin=الأمين"""),
    "yemen": _names("""
        Al-Hadrami=الحضرمي; Ba Wazir=باوزير; Al-Sanani=الصنعاني; Al-Qadri=القادري; Bamatraf=بامطرف"""),
}
