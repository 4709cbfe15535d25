"""Numbers, money, dates and durations as people of both languages read them.

Digits are 0–9 in both, dates Gregorian first, times those of Riyadh. Plain functions that also serve as Jinja
filters; each takes the language, by default the one in force. None gives an empty string.
"""
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Literal

from babel.dates import format_timedelta
from flask import Flask
from hijridate import Gregorian
from markupsafe import Markup, escape

from castingops.core import clock
from castingops.core.i18n import current_locale, translate
from castingops.core.messages import N_

RIYADH = timezone(timedelta(hours=3), "Asia/Riyadh")  # no summer time, so no time zone database is needed
SOON = timedelta(hours=4)  # before it is due, a clock turns amber
NO_BREAK = "\u00a0"
FIRST_ISOLATE, END_ISOLATE = "\u2068", "\u2069"
_NO_BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])

Number = int | float | Decimal
Style = Literal["medium", "long", "iso"]

_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "ar": ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر",
           "نوفمبر", "ديسمبر"),
}
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
}
# Umm al-Qura names as official Saudi texts write them: الآخر and الآخرة, where the library has الثاني.
_HIJRI_MONTHS = {
    "en": ("Muharram", "Safar", "Rabi al-Awwal", "Rabi al-Akhir", "Jumada al-Ula", "Jumada al-Akhirah", "Rajab",
           "Shaban", "Ramadan", "Shawwal", "Dhu al-Qadah", "Dhu al-Hijjah"),
    "ar": ("محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة", "رجب",
           "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة"),
}
_SIZES = {"en": ("bytes", "KB", "MB", "GB", "TB"), "ar": ("بايت", "كيلوبايت", "ميجابايت", "جيجابايت", "تيرابايت")}


def format_date(value: date | None, locale: str | None = None, *, style: Style = "medium") -> str:
    """A day: medium "20 Nov 2026"/«20 نوفمبر 2026», long with its weekday, iso "2026-11-20". Moments are Riyadh's."""
    if value is None:
        return ""
    day, language = _day(value), locale or current_locale()
    if style == "iso":
        return day.isoformat()
    month = _MONTHS[language][day.month - 1]
    if style == "long":
        comma = "، " if language == "ar" else ", "
        return f"{_DAYS[language][day.weekday()]}{comma}{day.day} {month} {day.year}"
    return f"{day.day} {month if language == 'ar' else month[:3]} {day.year}"


def format_time(value: datetime | time | None, locale: str | None = None, *, style: Style = "medium") -> str:
    """A time of day in Riyadh: "15:30"; long "3:30 pm, Riyadh time"/«3:30 مساءً بتوقيت الرياض»."""
    if value is None:
        return ""
    at = value.astimezone(RIYADH) if isinstance(value, datetime) else value
    if style != "long":
        return f"{at.hour:02}:{at.minute:02}"
    language = locale or current_locale()
    clock_face = f"{at.hour % 12 or 12}:{at.minute:02}"
    if language == "ar":
        return f"{clock_face} {'صباحًا' if at.hour < 12 else 'مساءً'} بتوقيت الرياض"
    return f"{clock_face} {'am' if at.hour < 12 else 'pm'}, Riyadh time"


def format_datetime(value: datetime | None, locale: str | None = None, *, style: Style = "medium") -> str:
    """A moment in Riyadh: "20 Nov 2026, 15:30"; iso is RFC 3339 for `<time datetime>`; long is the official form."""
    if value is None:
        return ""
    language = locale or current_locale()
    if style == "iso":
        return value.astimezone(RIYADH).isoformat(timespec="seconds")
    if style == "long":
        joint = "، " if language == "ar" else ", "
        return f"{format_official(value, language)}{joint}{format_time(value, language, style='long')}"
    return f"{format_date(value, language)}{'، ' if language == 'ar' else ', '}{format_time(value, language)}"


def format_moment(value: datetime | None, locale: str | None = None, *, now: datetime | None = None) -> str:
    """A moment as lists show it: "Today 10:41", "Yesterday 10:41", else the day and the time."""
    if value is None:
        return ""
    days = (_day(now or clock.now()) - _day(value)).days
    if days == 0:
        return translate(N_("Today %(time)s", time=format_time(value)), locale)
    if days == 1:
        return translate(N_("Yesterday %(time)s", time=format_time(value)), locale)
    return format_datetime(value, locale)


def format_hijri(value: date | None, locale: str | None = None) -> str:
    """The day by Umm al-Qura: "10 Jumada al-Akhirah 1448 AH"/«10 جمادى الآخرة 1448هـ»; empty outside 1924–2077."""
    if value is None:
        return ""
    day, language = _day(value), locale or current_locale()
    try:
        hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    except OverflowError:  # the official tables end there
        return ""
    era = "هـ" if language == "ar" else " AH"
    return f"{hijri.day} {_HIJRI_MONTHS[language][hijri.month - 1]} {hijri.year}{era}"


def format_official(value: date | None, locale: str | None = None) -> str:
    """A day as decisions and letters state it: «20 نوفمبر 2026م (10 جمادى الآخرة 1448هـ)»."""
    if value is None:
        return ""
    day, language = _day(value), locale or current_locale()
    gregorian = f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}{'م' if language == 'ar' else ''}"
    hijri = format_hijri(day, language)
    return f"{gregorian} ({hijri})" if hijri else gregorian


def format_number(value: Number | None, locale: str | None = None, *, places: int | None = None) -> str:
    """A number with thousands separated: "1,234.5". Both languages write it alike. Rounds half up to `places`."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}" if not places else f"{value:,}.{'0' * places}"
    exact = Decimal(str(value))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{exact:,f}"


def format_percent(value: Number | None, locale: str | None = None, *, places: int = 0) -> str:
    """A share of one as percent, the sign last in both languages: 0.15 is "15%"."""
    return "" if value is None else f"{format_number(Decimal(str(value)) * 100, places=places)}%"


def format_money(halalas: int | None, locale: str | None = None, *, style: Literal["table", "text"] = "table") -> str:
    """An amount in riyals from whole halalas: «1,150.00 ر.س» in tables, «1,150.00 ريال» in text, "SAR 1,150.00"."""
    if halalas is None:
        return ""
    riyals, rest = divmod(abs(halalas), 100)
    amount = f"{'-' if halalas < 0 else ''}{riyals:,}.{rest:02}"
    if (locale or current_locale()) == "ar":
        return f"{amount}{NO_BREAK}{'ر.س' if style == 'table' else 'ريال'}"
    return f"SAR{NO_BREAK}{amount}"


def format_ago(value: datetime | None, locale: str | None = None, *, now: datetime | None = None) -> str:
    """How long ago: "3 minutes ago"/«قبل 3 دقائق»; under a minute, or in the future by a skewed clock, "just now"."""
    if value is None:
        return ""
    passed = (now or clock.now()) - value
    if passed < timedelta(minutes=1):
        return translate(N_("just now"), locale)
    return str(format_timedelta(-passed, granularity="minute", add_direction=True, locale=locale or current_locale()))


def format_time_left(due: datetime | None, locale: str | None = None, *, now: datetime | None = None) -> str:
    """The time until `due`, its two largest units: "1 h 42 min"/«1 س 42 د»; past it, "overdue 2 h"/«متأخر 2 س»."""
    if due is None:
        return ""
    left = (due - (now or clock.now())).total_seconds()
    return _left_in_words(int(abs(left)) // 60, left <= 0, locale or current_locale())


@lru_cache(maxsize=4096)
def _left_in_words(minutes: int, late: bool, locale: str) -> str:
    span = format_duration(timedelta(minutes=minutes), locale)
    return translate(N_("overdue %(time)s", time=span), locale) if late else span


def due_tone(due: datetime | None, now: datetime | None = None) -> str:
    """The colour of a clock: "bad" when late, "warn" in the last SOON, else "quiet"."""
    if due is None:
        return ""
    left = due - (now or clock.now())
    return "bad" if left < timedelta(0) else "warn" if left < SOON else "quiet"


def format_duration(span: timedelta, locale: str | None = None) -> str:
    """A length of time by its two largest units, rounded down: "2 d 4 h", "1 h 42 min", "4 h", "6 min"."""
    minutes = int(span.total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        message = N_("%(days)d d %(hours)d h", days=days, hours=hours) if hours else N_("%(days)d d", days=days)
    elif hours:
        both = N_("%(hours)d h %(minutes)d min", hours=hours, minutes=rest)
        message = both if rest else N_("%(hours)d h", hours=hours)
    elif rest:
        message = N_("%(minutes)d min", minutes=rest)
    else:
        message = N_("under 1 min")
    return translate(message, locale)


def is_overdue(due: datetime | None, now: datetime | None = None) -> bool:
    """Whether `due` has passed. What has no deadline is never overdue."""
    return due is not None and due <= (now or clock.now())


def format_size(count: int | None, locale: str | None = None) -> str:
    """A file's size in the largest unit that leaves a whole part, of 1,000: "3.4 MB"/«3.4 ميجابايت»."""
    if count is None:
        return ""
    size, unit = Decimal(count), 0
    while size >= Decimal("999.95") and unit < 4:
        size, unit = size / 1000, unit + 1
    number = format_number(size, places=1 if unit and size < 100 else 0).removesuffix(".0")
    return f"{number}{NO_BREAK}{_SIZES[locale or current_locale()][unit]}"


def format_list(items: Iterable[object], locale: str | None = None) -> str:
    """Items in a sentence: "a, b and c"/«أ وب وج». Commas part them in Arabic too when an item has a space.

    Only commas do when an item is not Arabic: و is written together with the word that follows.
    """
    texts = [str(item) for item in items]
    if len(texts) < 2:
        return "".join(texts)
    if (locale or current_locale()) == "en":
        return f"{', '.join(texts[:-1])} and {texts[-1]}"
    if not all("\u0621" <= text[:1] <= "\u064a" for text in texts):
        return "، ".join(texts)
    return " و".join(texts) if all(" " not in text for text in texts) else "، و".join(texts)


def isolate(text: object) -> str:
    """`text` closed off for mail subjects and other plain text, so that it cannot turn its neighbours round."""
    return f"{FIRST_ISOLATE}{str(text).translate(_NO_BIDI_CONTROLS)}{END_ISOLATE}"


def bdi(text: object, direction: Literal["auto", "ltr", "rtl"] = "auto") -> Markup:
    """`text` closed off in HTML. Say "ltr" for references, phones, IBANs and amounts with a sign."""
    known = "" if direction == "auto" else f' dir="{direction}"'
    return Markup(f"<bdi{known}>{escape(text)}</bdi>")


FILTERS: dict[str, Callable[..., Any]] = {
    "date": format_date, "time": format_time, "datetime": format_datetime, "moment": format_moment,
    "hijri": format_hijri, "official_date": format_official, "number": format_number, "percent": format_percent,
    "money": format_money, "ago": format_ago, "time_left": format_time_left, "due_tone": due_tone,
    "duration": format_duration, "file_size": format_size, "joined": format_list, "isolate": isolate, "bdi": bdi,
}


def init_formats(app: Flask) -> None:
    """Give templates the filters above by name, and the test `is overdue`."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.tests["overdue"] = is_overdue


def _day(value: date) -> date:
    return value.astimezone(RIYADH).date() if isinstance(value, datetime) else value
