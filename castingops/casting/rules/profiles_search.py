"""Names as they are searched: `ar_norm`, computed once here, for what is kept and for what is asked alike."""
from castingops.core.arabic import fold

# Letters of Persian, Urdu and loan words beside those that `fold` makes one already (casting.md §4).
_LOANS = str.maketrans({"ے": "ي", "ڪ": "ك", "گ": "ك", "پ": "ب", "چ": "ج", "ژ": "ز", "ڤ": "ف", "ۃ": "ه"})
_ARTICLE = "ال"
TERM_MAX = 80  # characters
WORDS_MAX = 4  # of one search


def ar_norm(text: str) -> str:
    """`text` as it is compared: one spelling for every way to write its Arabic letters, digits and Latin case.

    Doing it twice changes nothing. The original is what is shown.
    """
    return fold(text.translate(_LOANS)).translate(_LOANS)


def search_terms(*names: str | None) -> set[str]:
    """The words under which somebody is found: each word, each without its article, and each name without spaces."""
    terms: set[str] = set()
    for name in filter(None, names):
        words = ar_norm(name).replace("-", " ").split()
        terms |= {*words, "".join(words)}
        terms |= {word.removeprefix(_ARTICLE) for word in words if len(word) > len(_ARTICLE) + 2}
    return {term[:TERM_MAX] for term in terms if term}


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search, as terms are kept; at most WORDS_MAX."""
    return tuple(ar_norm(text.replace("\0", "")).replace("-", " ").split()[:WORDS_MAX])

