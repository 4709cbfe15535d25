"""House rules for Arabic interface text that a machine can hold: terms, spelling, punctuation, placeholders.

Each rule is safe: it names text that is wrong wherever it stands. What needs judgement is left to readers.
"""
import re
from collections.abc import Iterator

_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-zA-Z]")
_TAG = re.compile(r"</?([a-z][a-z0-9]*)\b[^>]*>")
_ENTITY = re.compile(r"&#?\w+;")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\S+\.(?:csv|pdf|json|html)\b")
_COMMAND = re.compile(r"«[ -~]+»")  # what is typed or sent as it stands
_LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
_ARABIC = re.compile(r"[\u0621-\u064a]")

# Names of formats, keys and standards that Arabic text keeps in Latin letters.
LATIN_KEPT = frozenset({
    "API", "CSV", "PDF", "XLSX", "JSON", "JPEG", "PNG", "WebP", "SVG", "IBAN", "UTC", "TOTP", "URL", "EXIF", "GPS",
    "castingops", "castingOps", "Ctrl", "Enter", "Esc", "Tab", "Shift", "Alt", "Webhook", "Ed25519", "Merkle", "SHA",
    # values that the API takes, as its callers must spell them
    "Idempotency", "Key", "true", "false", "headshot", "full_length", "full", "length", "other", "native", "fluent",
    "intermediate", "basic", "VAT", "English", "HTTP", "SMTP", "DPIA", "RoPA", "QR", "SMS", "Redis", "PostgreSQL",
    "htmx", "Celery",
})

_WORD = r"(?:^|(?<=[^\u0621-\u0652]))[وفبكل]{0,2}(?:ال)?(?:%s)(?=$|[^\u0621-\u0652])"
# wrong word (as a pattern of whole words, with or without article and prefixes) → what the house says
_TERMS = {
    "صاحب العمل": "جهة الإنتاج", "كاستنج دايركتور": "مدير اختيار الممثلين", "ولي الأمر|ولي أمر": "الولي الشرعي",
    "وصي": "الولي الشرعي", "بروفايل": "الملف التعريفي", "ولوج": "تسجيل الدخول", "كلمة السر|كلمة سر": "كلمة المرور",
    "موبايل": "رقم الجوال", "إكسترا": "كومبارس", "معاودة الاتصال": "تجربة أداء ثانية",
    "قائمة قصيرة|قائمة القصيرة": "قائمة مختصرة", "طابور": "قائمة المعاملات", "انتهاك": "مخالفة",
    "موضوع البيانات": "صاحب البيانات الشخصية", "مراقب البيانات": "جهة التحكم",
    "أساس القانوني|أساس قانوني": "المسوغ النظامي", "احتجاز قانوني": "تعليق الإتلاف", "تقييم الأثر": "تقويم الأثر",
    "امتثال": "الالتزام", "فلترة": "تصفية", "تحميل": "رفع أو تنزيل", "رسالة ميتة|رسائل ميتة": "رسالة متعذّرة",
    "قانون|قوانين|قانوني|قانونية": "نظام، نظامي", "طرف ثالث": "الجهة باسمها", "أربع عيون": "اعتماد ثانٍ",
    "حساب ضمان": "مبلغ محتجز",
    "إشعار الخصم": "إشعار مدين", "خاص بك|خاصة بك": "ضمير متصل: حسابك", "ربيع الثاني": "ربيع الآخر",
    "جمادى الثانية|جمادى الثاني": "جمادى الآخرة", "عذرا|عذرًا|للأسف": "العاقبة نفسها", "هل أنت متأكد": "العاقبة نفسها",
    "قيمة غير صالحة": "القاعدة نفسها", "قام ب\\S+|قامت ب\\S+": "فعل مباشر", "من قبل المشرف": "فعل مبني للمعلوم",
    "اختر|احفظ|اضغط|انقر|أدخلي": "مصدر، أو «يُرجى» أو «يمكنك»",
}
_SPELLING = {
    "الغاء": "إلغاء", "اضافة": "إضافة", "انشاء": "إنشاء", "ارسال": "إرسال", "ادخال": "إدخال", "إستخدام": "استخدام",
    "إستلام": "استلام", "إختيار": "اختيار", "إعتماد": "اعتماد", "إعتراض": "اعتراض", "مسئول": "مسؤول", "فى": "في",
    "شىء": "شيء", "لاشيء": "لا شيء", "الى": "إلى", "او": "أو", "اذا": "إذا", "لانه": "لأنه", "هذة": "هذه",
    "شكرا": "شكرًا", "مره": "مرة",
}
_WORDS = [(re.compile(_WORD % wrong), f"say {right}") for wrong, right in {**_TERMS, **_SPELLING}.items()]
_MARKS = [(re.compile(pattern), advice) for pattern, advice in (
    (r"[\u0621-\u0652»)]\s*[,;?]", "Latin punctuation after Arabic: use ، ؛ ؟"),
    (r"[!]", "no exclamation marks"),
    (r"\s[،؛؟.:](?:\s|$)", "no space before punctuation"),
    (r"[٠-٩۰-۹٪٫٬]", "digits and their signs are ASCII"),
    (r"[\u200b-\u200f\u061c\u202a-\u202e\ufeff]", "no hidden direction marks: isolate with <bdi> or U+2068…U+2069"),
    (r"(?:^|\s)[\"']|[\"'](?:\s|$)", "quotes are «»"),
    (r"\S  +\S", "two spaces"),
    (r"ا\u064b", "tanwin stands before the alef"),
    (r"[\u0621-\u0652]/[ةيهن](?:\s|$|[^\u0621-\u0652])", "no slashes for gender"),
    (r"(?:^|\s)و(?:\s|$)", "و never stands alone"),
)]


def problems_of(english: str, arabic: str) -> Iterator[str]:
    """What is wrong with `arabic` as the translation of `english`, in English. Empty for a good one."""
    yield from _placeholders(english, arabic)
    bare = _prose(arabic)
    if _LATIN_WORD.search(_prose(english)) and not _ARABIC.search(bare) and _foreign(bare):
        yield "still English"
    elif foreign := _foreign(bare):
        yield f"Latin words: {', '.join(foreign)}"
    for pattern, advice in _WORDS:
        if found := pattern.search(arabic):
            yield f"«{found.group().strip()}»: {advice}"
    for pattern, advice in _MARKS:
        if pattern.search(bare):
            yield advice


def plural_problems(singular: str, plural: str, forms: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the six `forms` of a counted message: zero, one, two, few, many, other."""
    if len(forms) != 6:
        yield f"{len(forms)} plural forms, not 6"
        return
    known, needed = names_in(singular) | names_in(plural), names_in(plural)
    for place, form in enumerate(forms):
        if extra := names_in(form) - known:
            yield f"form {place}: unknown placeholders {sorted(extra)}"
        if place >= 3 and (absent := needed - names_in(form)):
            yield f"form {place}: lacks {sorted(absent)}"
        yield from (f"form {place}: {problem}" for problem in problems_of(form, form))
    if names_in(plural) and len(set(forms[2:5])) < 3:
        yield "dual, few and many read alike"


def names_in(text: str) -> set[str]:
    """The names of the placeholders in `text`."""
    return set(_PLACEHOLDER.findall(text))


def _placeholders(english: str, arabic: str) -> Iterator[str]:
    if names_in(english) != names_in(arabic):
        yield f"placeholders {sorted(names_in(arabic))}, not {sorted(names_in(english))}"
    if sorted(set(_TAG.findall(english)) - {"bdi"}) != sorted(set(_TAG.findall(arabic)) - {"bdi"}):
        yield "other markup than the English"


def _prose(text: str) -> str:
    """`text` without placeholders, markup, addresses and quoted commands."""
    for pattern in (_PLACEHOLDER, _TAG, _ENTITY, _ADDRESS, _COMMAND):
        text = pattern.sub("§", text)
    return text


def _foreign(bare: str) -> list[str]:
    return [word for word in _LATIN_WORD.findall(bare) if word not in LATIN_KEPT]
