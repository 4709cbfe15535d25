"""What a talent profile says, in the reader's language and in groups, for whoever looks at it in the console."""
from collections.abc import Iterable, Mapping

from babel import Locale
from msgspec import Struct

from castingops.casting import types
from castingops.casting.types import Credit, ProfileFields, Representation, Span, Training, Words
from castingops.core import formats
from castingops.core.i18n import current_locale, translate
from castingops.core.messages import N_, NP_, Message

LEVELS = {"native": N_("mother tongue"), "fluent": N_("fluent"), "intermediate": N_("intermediate"),
          "basic": N_("basic")}
GENDERS = {"female": NP_("person", "Female"), "male": NP_("person", "Male")}
NAMES, LOOKS, SKILLS, WORK, TEXT = (
    N_("Personal details"), N_("Appearance"), N_("Languages and skills"), N_("Work"), N_("Biography"))


class Described(Struct, frozen=True):
    """One line of a profile: its group, its field, what it is called, what it says, and in which language that is."""

    group: Message
    name: str
    label: Message
    text: str
    language: str = ""


def describe(fields: ProfileFields, *, contact: bool = False) -> tuple[Described, ...]:
    """Every line of a profile in the order in which it is read, empty ones too; how to reach an agency with `contact`.
    """
    return (*_person(fields), *_looks(fields), *_skills(fields), *_work(fields, contact=contact),
            Described(TEXT, "bio_ar", N_("Biography, Arabic"), fields.bio_ar or "", "ar"),
            Described(TEXT, "bio_en", N_("Biography, English"), fields.bio_en or "", "en"))


def _person(fields: ProfileFields) -> tuple[Described, ...]:
    return (
        Described(NAMES, "display_name_ar", N_("Name, Arabic"), fields.display_name_ar or "", "ar"),
        Described(NAMES, "display_name_en", N_("Name, English"), fields.display_name_en or "", "en"),
        Described(NAMES, "stage_name_ar", N_("Stage name, Arabic"), fields.stage_name_ar or "", "ar"),
        Described(NAMES, "stage_name_en", N_("Stage name, English"), fields.stage_name_en or "", "en"),
        Described(NAMES, "birth_date", N_("Birth date"),
                  formats.format_date(fields.birth_date) if fields.birth_date else ""),
        Described(NAMES, "gender", N_("Gender"), translate(GENDERS[fields.gender]) if fields.gender else ""),
        Described(NAMES, "nationality", N_("Nationality"), _country(fields.nationality)),
        Described(NAMES, "city", N_("City"), word_of(types.CITIES, fields.city)),
        Described(NAMES, "travels", N_("Travels for work"), _answer(fields.travels)),
        Described(NAMES, "relocates", N_("Moves for a production"), _answer(fields.relocates)))


def _looks(fields: ProfileFields) -> tuple[Described, ...]:
    sizes = ((N_("Chest"), fields.chest_cm), (N_("Waist"), fields.waist_cm), (N_("Hips"), fields.hips_cm),
             (N_("Inseam"), fields.inseam_cm))
    told = [f"{translate(label)} {_centimetres(size)}" for label, size in sizes if size is not None]
    shoe = [translate(N_("Shoe size %(size)d", size=fields.shoe_eu))] if fields.shoe_eu is not None else []
    chosen = (("build", N_("Build"), types.BUILDS), ("hair_color", N_("Hair colour"), types.HAIR_COLORS),
              ("hair_length", N_("Hair length"), types.HAIR_LENGTHS), ("eye_color", N_("Eyes"), types.EYE_COLORS),
              ("facial_hair", N_("Facial hair"), types.FACIAL_HAIR), ("tattoos", N_("Tattoos"), types.TATTOOS),
              ("hijab", N_("Hijab"), types.HIJAB))
    return (
        Described(LOOKS, "playing_age", N_("Playing age"), _range(fields.playing_age_min, fields.playing_age_max)),
        Described(LOOKS, "height_cm", N_("Height"), _centimetres(fields.height_cm)),
        Described(LOOKS, "weight_kg", N_("Weight"), "" if fields.weight_kg is None else translate(
            N_("%(weight)d kg", weight=fields.weight_kg))),
        Described(LOOKS, "sizes", N_("Sizes"), formats.format_list([*told, *shoe])),
        *(Described(LOOKS, name, label, word_of(words, getattr(fields, name))) for name, label, words in chosen),
        Described(LOOKS, "scars", N_("Scars"), fields.scars or ""))


def _skills(fields: ProfileFields) -> tuple[Described, ...]:
    return (
        Described(SKILLS, "languages", N_("Languages"), formats.format_list(
            _levelled(word_of(types.LANGUAGES, skill.code), skill.level) for skill in fields.languages)),
        Described(SKILLS, "dialects", N_("Dialects"), _words(types.DIALECTS, fields.dialects)),
        Described(SKILLS, "accents", N_("Accents"), formats.format_list(fields.accents)),
        Described(SKILLS, "skills", N_("Skills"), formats.format_list(fields.skills)),
        Described(SKILLS, "skill_levels", N_("Levels of skills"), formats.format_list(
            _levelled(each.skill, each.level) for each in fields.skill_levels)),
        Described(SKILLS, "driving", N_("Driving"), _words(types.DRIVING, fields.driving)))


def _work(fields: ProfileFields, *, contact: bool) -> tuple[Described, ...]:
    rates = [formats.format_money(rate) for rate in (fields.day_rate_min_halalas, fields.day_rate_max_halalas)
             if rate is not None]
    return (
        Described(WORK, "credits", N_("Credits"), "\n".join(map(_credit, fields.credits))),
        Described(WORK, "training", N_("Training"), "\n".join(map(_training, fields.training))),
        Described(WORK, "representation", N_("Representation"),
                  _representation(fields.representation, contact=contact)),
        Described(WORK, "availability", N_("Availability"), "\n".join(map(_span, fields.availability))),
        Described(WORK, "day_rate", N_("Day rate"), " – ".join(rates)),
        Described(WORK, "union_status", N_("Union"), fields.union_status or ""))


def word_of(words: Mapping[str, Words], code: str | None) -> str:
    """A word of a closed list in the reader's language; the code itself where the list has lost it."""
    if not code or code not in words:
        return code or ""
    return words[code].ar if current_locale() == "ar" else words[code].en


def _words(words: Mapping[str, Words], codes: Iterable[str]) -> str:
    return formats.format_list(word_of(words, code) for code in codes)


def _levelled(what: str, level: str) -> str:
    return f"{what} ({translate(LEVELS[level])})"


def _answer(value: bool | None) -> str:
    return "" if value is None else translate(N_("Yes") if value else N_("No"))


def _country(code: str | None) -> str:
    return str(Locale.parse(current_locale()).territories.get(code, code)) if code else ""


def _range(low: int | None, high: int | None) -> str:
    ends = ["" if end is None else str(end) for end in (low, high)]
    return "–".join(ends) if any(ends) else ""


def _centimetres(count: int | None) -> str:
    return translate(N_("%(height)d cm", height=count)) if count is not None else ""


def _credit(credit: Credit) -> str:
    more = [part for part in (credit.company, credit.director) if part]
    return " · ".join([f"{credit.production} ({credit.year})", credit.role, *more])


def _training(training: Training) -> str:
    return " · ".join(part for part in (training.course, training.place, str(training.year or "")) if part)


def _representation(value: Representation | None, *, contact: bool) -> str:
    if value is None:
        return ""
    if value.kind == "self":
        return translate(N_("Represents themselves"))
    reach = (value.contact_name, value.email, value.phone) if contact else ()
    return " · ".join(part for part in (value.agency, *reach) if part)


def _span(span: Span) -> str:
    kind = N_("Available") if span.kind == "available" else N_("Not available")
    return f"{translate(kind)}: {formats.format_date(span.starts)} – {formats.format_date(span.ends)}"
