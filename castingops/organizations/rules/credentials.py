"""What may lie in the vault, and how little of it is shown."""
import re

from castingops.core.arabic import is_line, is_storable, tidy
from castingops.core.messages import N_
from castingops.organizations.errors import InvalidCredential
from castingops.organizations.types import NAME_MAX, SECRET_MAX, SECRET_MIN, SHOWN, SHOWN_OF_MIN

_PROVIDER = re.compile(r"[a-z][a-z0-9_-]{1,39}")
_DOTS = "•" * 8  # of every length alike: how long a secret is, is part of it


def checked_credential_name(text: str) -> str:
    """What a credential is called among its organization's. Errors: InvalidCredential."""
    name = tidy(text) if is_line(text.strip()) else ""
    if not 1 <= len(name) <= NAME_MAX:
        raise InvalidCredential(name=N_("Use 1 to %(max)d characters on one line.", max=NAME_MAX))
    return name


def checked_provider(text: str) -> str:
    """Whose system a credential opens, as a short word. Errors: InvalidCredential."""
    if not _PROVIDER.fullmatch(text):
        raise InvalidCredential(provider=N_("Use 2 to 40 lower-case Latin letters, digits and dashes."))
    return text


def checked_secret(text: str) -> str:
    """A secret as it is sealed: exactly what was sent. Errors: InvalidCredential, which never repeats it."""
    if not SECRET_MIN <= len(text) <= SECRET_MAX:
        raise InvalidCredential(secret=N_("Use %(min)d to %(max)d characters.", min=SECRET_MIN, max=SECRET_MAX))
    if not all(is_storable(character) or character in "\r\n\t" for character in text):  # keys in PEM have lines
        raise InvalidCredential(secret=N_("This holds a character that cannot be used."))
    return text


def masked(secret: str) -> str:
    """The last four characters behind dots; of a short secret, or one that ends in a line, nothing (P15)."""
    tail = secret[-SHOWN:] if len(secret) >= SHOWN_OF_MIN else ""
    return _DOTS + (tail if is_line(tail) else "")
