"""What an account may be called, reached at and trusted with."""
import re
from collections.abc import Collection
from datetime import date
from urllib.parse import quote

from castingops.core.arabic import is_line, tidy
from castingops.core.messages import N_
from castingops.core.roles import APPS, STAFF, AppRole
from castingops.identity.errors import (
    InvalidBirthDate,
    InvalidEmail,
    InvalidLocale,
    InvalidName,
    RolesExclude,
    RoleUnfit,
)
from castingops.identity.types import EMAIL_MAX, NAME_MAX, AccountKind

# Mailboxes as people have them: a dot-atom (RFC 5322 §3.2.3: what can be written to) at a domain of two labels or more.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")

# Separation of duties (ID-9): who checks does not act, who moves money does not decide on people.
_EXCLUSIVE = {
    "auditor": STAFF - {"auditor"},
    "finance": frozenset({"admin", "moderator", "senior_moderator"}),
    "compliance_officer": frozenset({"finance", "moderator", "senior_moderator"}),
}
_EARLIEST = date(1900, 1, 1)
_HOME = "/console/"
_SIGNING_IN = ("/console/sign-", "/console/prove")
_SAFE = "/?&=%._~!$'()*+,;:@-"  # what a path and its query may hold as they are (RFC 3986); the rest is encoded


def email_key(text: str) -> str | None:
    """The form under which an e-mail is unique and looked up; None for what is no e-mail we keep.

    The domain may be international (it is kept in its ASCII form, RFC 5890); the local part is ASCII.
    """
    if len(text) > 2 * EMAIL_MAX:  # converting a domain takes time that grows with its square
        return None
    local, at, domain = text.strip().rpartition("@")
    try:
        key = f"{local}{at}{domain.encode('idna').decode()}".lower()
    except UnicodeError:
        return None
    return key if len(key) <= EMAIL_MAX and _EMAIL.fullmatch(key) else None


def checked_email(text: str) -> str:
    """The e-mail in its one form. Errors: InvalidEmail."""
    key = email_key(text)
    if key is None:
        raise InvalidEmail(email=N_("Use a complete e-mail address, such as name@example.com."))
    return key


def checked_name(text: str) -> str:
    """A display name as it is kept: composed and trimmed. Errors: InvalidName."""
    name = tidy(text) if is_line(text.strip()) else ""
    if not 1 <= len(name) <= NAME_MAX:
        raise InvalidName(display_name=N_("Use 1 to %(max)d characters on one line.", max=NAME_MAX))
    return name


def checked_locale(text: str, locales: Collection[str]) -> str:
    """One of the languages we speak. Errors: InvalidLocale."""
    if text not in locales:
        raise InvalidLocale(locale=N_("Choose ar or en."))
    return text


def checked_birth_date(day: date | None, *, role: AppRole, today: date) -> date | None:
    """A birth date that someone alive can have. Talents give one: age decides what holds for them.

    Errors: InvalidBirthDate.
    """
    if day is None and role is AppRole.TALENT:
        raise InvalidBirthDate(birth_date=N_("A talent's birth date is needed."))
    if day is not None and not _EARLIEST <= day <= today:
        raise InvalidBirthDate(birth_date=N_("Use a date in the past."))
    return day


def checked_roles(roles: Collection[str], kind: AccountKind) -> frozenset[str]:
    """The roles that one account may hold together. Errors: RoleUnfit, RolesExclude."""
    held = frozenset(roles)
    if not held <= (STAFF if kind is AccountKind.STAFF else APPS):
        raise RoleUnfit
    if any(role in held and held & others for role, others in _EXCLUSIVE.items()):
        raise RolesExclude
    return held


def local_path(target: str | None, *, signing_in: bool = False) -> str:
    """Where to go next: `target` when it is a page of this console, else its home.

    Nothing but a path under /console/ passes: no scheme, host, backslash or control reaches a Location header. The
    pages of signing in are none to come back to, unless `signing_in`.
    """
    if target is None or not is_line(target) or not target.startswith(_HOME):
        return _HOME
    return _HOME if target.startswith(_SIGNING_IN) and not signing_in else quote(target, safe=_SAFE)
