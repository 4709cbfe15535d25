"""What our schema library says of an input, in the words of the house: in both languages, naming the rule."""
import re
from functools import cache

from castingops.core.i18n import translate
from castingops.core.messages import N_, Message

# The library's sentence, with {names} for what it fills in → ours. A test holds it whole.
SENTENCES: dict[str, Message] = {
    "Missing data for required field.": N_("This is still missing."),
    "Field may not be null.": N_("This needs a value."),
    "Unknown field.": N_("There is no field of this name here."),
    "Invalid input type.": N_("Send an object with the fields by name."),
    "Invalid type.": N_("Send an object with the fields by name."),
    "Invalid JSON body.": N_("The body is not JSON."),
    "Not a valid mapping type.": N_("Send an object with the fields by name."),
    "Not a valid list.": N_("Give this as a list."),
    "Not a valid string.": N_("Write this as text."),
    "Not a valid utf-8 string.": N_("Write this as text."),
    "Not a valid integer.": N_("Give a whole number."),
    "Not a valid number.": N_("Give a number."),
    "Number too large.": N_("This number is too large."),
    "Special numeric values (nan or infinity) are not permitted.": N_("Give a number."),
    "Not a valid boolean.": N_("Give true or false."),
    "Not a valid UUID.": N_("This is no id of ours."),
    "Not a valid date.": N_("Write the day as year-month-day, for example 2026-11-20."),
    "Not a valid {obj_type}.": N_("Write the moment with its offset, for example 2026-11-20T15:30:00+03:00."),
    "Not a valid {awareness} {obj_type}.":
        N_("Write the moment with its offset, for example 2026-11-20T15:30:00+03:00."),
    "Not a valid email address.": N_("Use a complete e-mail address, such as name@example.com."),
    "Must be one of: {choices}.": N_("Choose one of these: %(choices)s."),
    "Shorter than minimum length {min}.": N_("The least length is %(min)s."),
    "Longer than maximum length {max}.": N_("The greatest length is %(max)s."),
    "Length must be between {min} and {max}.": N_("The length lies between %(min)s and %(max)s."),
    "Must be greater than or equal to {min}.": N_("The least possible value is %(min)s."),
    "Must be less than or equal to {max}.": N_("The greatest possible value is %(max)s."),
    "Must be greater than or equal to {min} and less than or equal to {max}.":
        N_("The value lies between %(min)s and %(max)s."),
    "Invalid value.": N_("This value cannot be used."),
    "Invalid input.": N_("This value cannot be used."),
    "String does not match expected pattern.": N_("This value cannot be used."),
}


def in_our_words(sentence: str) -> str:
    """The library's `sentence` as ours in the language in force; a sentence that is ours already is translated."""
    known = SENTENCES.get(sentence)
    if known is not None:
        return translate(known)
    for pattern, message in _patterns():
        if found := pattern.fullmatch(sentence):
            names = found.groupdict()
            return translate(message.but(**names) if "%(" in message else message)
    return translate(sentence)


@cache
def _patterns() -> list[tuple[re.Pattern[str], Message]]:
    """Sentences with names, the more specific first: "a {awareness} {obj_type}" fits "a {obj_type}" as well."""
    named = sorted((text for text in SENTENCES if "{" in text), key=len, reverse=True)
    return [(re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(text)), re.DOTALL), SENTENCES[text])
            for text in named]
