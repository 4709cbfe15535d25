"""Arabic and bidirectional text: folding for search, digits as people type them, what may be stored."""
import re
import unicodedata

# Letters that writers exchange freely. Hamza seats need no entry: decomposition turns them into a letter and a mark.
_SAME_LETTER = str.maketrans({
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ۀ": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ک": "ك", "ـ": None,
})
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬٪", "01234567890123456789.,%")
_SPACES = re.compile(r"\s+")

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"  # all of Cc but tab and line feed
_SURROGATES = "\ud800-\udfff"
_BIDI_CONTROLS = "\u202a-\u202e\u2066-\u2069"  # they outlive their text and reorder what stands beside it
_UNSEEN = {"Cf", "Co", "Cn"}
_ARABIC_LETTER = "[\u0620-\u065f\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9]"
_JOINED = re.compile(f"(?<={_ARABIC_LETTER})[\u200c\u200d](?={_ARABIC_LETTER})")
_NOT_STORABLE = re.compile(f"[{_CONTROLS}{_SURROGATES}{_BIDI_CONTROLS}]")


def fold_digits(text: str) -> str:
    """`text` with Arabic-Indic and Persian digits, decimal and thousands separators and percent sign as ASCII."""
    return text.translate(_DIGITS)


def fold(text: str) -> str:
    """The form in which text is searched: case, accents, tashkeel, tatweel, hamza seats and digits are gone.

    أ إ آ ٱ become ا, ة becomes ه, ى becomes ي, presentation forms become letters, runs of space one space.
    Folding twice changes nothing. Never show a folded text: it is misspelt on purpose.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(character for character in plain if unicodedata.category(character) not in {"Mn", "Me", "Cf"})
    return _SPACES.sub(" ", kept.translate(_DIGITS).translate(_SAME_LETTER)).strip()


def tidy(text: str) -> str:
    """Text as it is kept: lines end in a line feed (browsers send two characters), composed, trimmed."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def is_storable(text: str) -> bool:
    """Whether PostgreSQL takes `text` and a page shows it as typed.

    Refused are U+0000 and other control characters (but tab and line end), lone surrogates, and the
    controls that override or isolate direction (U+202A–202E, U+2066–2069): they turn neighbours round.
    """
    return _NOT_STORABLE.search(text.replace("\r\n", "\n")) is None


def stays_on_line(text: str) -> bool:
    """Whether `text` is storable and stays on one line: for whatever ends in a mail header."""
    return is_storable(text) and not any(character in text for character in "\n\t\r\u2028\u2029\x85")


def is_line(text: str) -> bool:
    """Whether `text` stays on one line and shows all it holds: for names and titles.

    Refused is what nobody sees (format characters such as U+200B, U+200F and U+00AD, private and unassigned ones): with
    it two names look alike and are not. A joiner or non-joiner (U+200D, U+200C) between two letters of Arabic script
    is spelling, as in Persian «می\u200cخواهم», and passes.
    """
    return stays_on_line(text) and not any(
        unicodedata.category(character) in _UNSEEN for character in _JOINED.sub("", text))
