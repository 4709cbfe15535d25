"""What an organization may be called, and when two addresses are too alike to stand side by side.

An address (slug) is written in one script, Latin or Arabic. Every other script is refused outright, so that the
confusables to fold are those inside these two alphabets and between them (after Unicode UTS 39's skeletons): no table
for the rest of Unicode is needed.
"""
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from castingops.core.arabic import fold, fold_digits, is_line, tidy
from castingops.core.messages import N_, Message
from castingops.organizations.errors import InvalidOrganization, SlugTaken
from castingops.organizations.types import NAME_MAX, SLUG_MAX, SLUG_MIN, OrganizationDraft

_LATIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ARABIC_SIGNS = r"\u0621-\u063a\u0641-\u064a\u067e\u0686\u0698\u06a4\u06a9\u06af\u06cc0-9"
_ARABIC = re.compile(rf"[{_ARABIC_SIGNS}]+(?:-[{_ARABIC_SIGNS}]+)*")
_VAT = re.compile(r"3[0-9]{13}3")  # ZATCA's form
_LETTER = re.compile(r"[a-z\u0621-\u06cc]")
_DOTLESS = str.maketrans({  # letters of Arabic script that differ by their dots alone, in the size addresses are read
    "پ": "ب", "ت": "ب", "ث": "ب", "چ": "ج", "ح": "ج", "خ": "ج", "ذ": "د", "ز": "ر", "ژ": "ر", "ش": "س", "ض": "ص",
    "ظ": "ط", "غ": "ع", "ڤ": "ف", "گ": "ك"})
_SAME_LOOK = str.maketrans({  # between digits, Latin and Arabic: one stroke, one ring
    "0": "o", "1": "l", "i": "l", "j": "l", "ا": "l", "5": "s", "2": "z", "8": "b", "9": "g", "q": "g", "6": "b",
    "ه": "o", "-": None})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))

RESERVED = (
    "admin", "administrator", "api", "app", "auth", "billing", "castingops", "compliance", "console", "docs",
    "finance", "health", "help", "hostmaster", "legal", "login", "mail", "me", "moderation", "moderator", "new", "null",
    "official", "organization", "organizations", "postmaster", "privacy", "root", "security", "settings", "staff",
    "status", "support", "system", "undefined", "verified", "webhooks", "webmaster", "www",
    "إدارة", "الإدارة", "الدعم", "دعم", "الأمان", "الفوترة", "المالية", "النظام", "رسمي", "الرسمي", "مشرف", "المشرف",
    "مساعدة", "المساعدة", "كاستنج", "كاستينج")


def slug_key(slug: str) -> str:
    """What addresses that look alike have in common. Never shown. Folding twice changes nothing that matters."""
    plain = fold(slug).translate(_DOTLESS).translate(_SAME_LOOK)
    for pair, one in _PAIRS:
        plain = plain.replace(pair, one)
    return plain


_RESERVED_KEYS = frozenset(map(slug_key, RESERVED))


def checked_slug(text: str) -> str:
    """The address as it is kept: composed, in lower case, digits as ASCII. Errors: InvalidOrganization."""
    slug = fold_digits(unicodedata.normalize("NFKC", text[:4 * SLUG_MAX]).strip().casefold())
    fault = _fault_of(slug)
    if fault is not None:
        raise InvalidOrganization(slug=fault)
    return slug


def checked_name(text: str, field: str) -> str:
    """A name as it is kept: composed and trimmed. Errors: InvalidOrganization, naming `field`."""
    name = tidy(text) if is_line(text.strip()) else ""
    if not 1 <= len(name) <= NAME_MAX:
        raise InvalidOrganization(**{field: N_(  # type: ignore[arg-type]  # the name of an input
            "Use 1 to %(max)d characters on one line.", max=NAME_MAX)})
    return name


def drafted(fields: Mapping[str, Any]) -> OrganizationDraft:
    """Names and address as they are kept. Errors: InvalidOrganization; SlugTaken for a reserved address."""
    slug = checked_slug(fields["slug"])
    key = slug_key(slug)
    if key in _RESERVED_KEYS:
        raise SlugTaken
    return OrganizationDraft(name_ar=checked_name(fields["name_ar"], "name_ar"),
                             name_en=checked_name(fields["name_en"], "name_en"), slug=slug, slug_key=key)


def billing(fields: Mapping[str, Any]) -> dict[str, str | None]:
    """What stands on invoices, as far as it was sent. Errors: InvalidOrganization."""
    found: dict[str, str | None] = {}
    if "legal_name" in fields:
        text = fields["legal_name"]
        found["legal_name"] = None if text is None else checked_name(text, "legal_name")
    if "vat_number" in fields:
        number = fields["vat_number"]
        if number is not None:
            number = fold_digits(number).replace(" ", "")
            if not _VAT.fullmatch(number):
                raise InvalidOrganization(
                    vat_number=N_("A VAT number has 15 digits, of which the first and the last are 3."))
        found["vat_number"] = number
    return found


def search_key(draft: OrganizationDraft) -> str:
    """The text in which staff search for an organization."""
    return fold(f"{draft.name_ar} {draft.name_en} {draft.slug}")


def _fault_of(slug: str) -> Message | None:
    if not SLUG_MIN <= len(slug) <= SLUG_MAX:
        return N_("Use %(min)d to %(max)d characters.", min=SLUG_MIN, max=SLUG_MAX)
    if not (_LATIN.fullmatch(slug) or _ARABIC.fullmatch(slug)) or not _LETTER.search(slug):
        return N_("Use letters of one script, Latin or Arabic, and digits, with single dashes between them.")
    return None
