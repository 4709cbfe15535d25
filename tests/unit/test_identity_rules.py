"""What identity decides without a database: e-mails, names, roles, ways back, codes, turns, limits."""
from datetime import UTC, date, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.core.errors import DomainError
from castingops.core.roles import APPS, STAFF, AppRole
from castingops.identity import rules
from castingops.identity.errors import (
    InvalidBirthDate,
    InvalidEmail,
    InvalidLocale,
    InvalidName,
    RolesExclude,
    RoleUnfit,
)
from castingops.identity.types import AccountKind, Turn

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("typed", "kept"), [
    (" Sami@Example.COM ", "sami@example.com"),
    ("o'neil+casting@mail.example.sa", "o'neil+casting@mail.example.sa"),
    ("noura@مثال.السعودية", "noura@xn--mgbh0fb.xn--mgberp4a5d4ar"),
    ("a@b.co", "a@b.co"),
])
def test_checked_email_has_one_form(typed: str, kept: str) -> None:
    assert rules.checked_email(typed) == kept


@pytest.mark.parametrize("typed", [
    "", "@", "a@", "@b.co", "a@b", "a b@c.de", "a@b..co", "a@-b.co", "a\x00@b.co", "a@b\x00.co", "\ud800@b.co",
    "a@\udfff.co", "نورة@example.com", "a@b.co\nBcc: x@y.zz", f"{'a' * 65}@b.co", f"a@{'b' * 64}.co",
    "a@" + "b.co" * 10_000, "a" * 10_000 + "@b.co", "a@b.co,c@d.ee", "<a@b.co>", ".a@b.co", "a..b@c.de", "a.@b.co",
    f"a@{'bbbbbbb.' * 33}co",
])
def test_checked_email_refuses_what_is_none(typed: str) -> None:
    """MED-05: hostile and malformed addresses are a clear refusal, never an error."""
    assert rules.email_key(typed) is None
    with pytest.raises(InvalidEmail):
        rules.checked_email(typed)


@given(st.text())
def test_checked_email_never_breaks(typed: str) -> None:
    key = rules.email_key(typed)
    assert key is None or (key == rules.email_key(key) and key.isascii() and key == key.lower())


def test_checked_name_is_trimmed_and_on_one_line() -> None:
    assert rules.checked_name("  سارة القحطاني ") == "سارة القحطاني"
    for name in ("", "   ", "a\nb", "a\x00", "\ud800", "x" * 121, "\u202eevil"):
        with pytest.raises(InvalidName):
            rules.checked_name(name)


def test_checked_locale_is_one_of_ours() -> None:
    assert rules.checked_locale("ar", ("en", "ar")) == "ar"
    with pytest.raises(InvalidLocale):
        rules.checked_locale("fr", ("en", "ar"))


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2026, 11, 21)])
def test_checked_birth_date_refuses_what_nobody_has(day: date) -> None:
    assert rules.checked_birth_date(None, role=AppRole.HIRER, today=NOW.date()) is None
    assert rules.checked_birth_date(NOW.date(), role=AppRole.TALENT, today=NOW.date()) == NOW.date()
    for role, born in ((AppRole.TALENT, day), (AppRole.HIRER, day), (AppRole.TALENT, None)):
        with pytest.raises(InvalidBirthDate):
            rules.checked_birth_date(born, role=role, today=NOW.date())


@pytest.mark.parametrize(("roles", "kind", "error"), [
    ({"moderator", "senior_moderator", "support", "admin"}, AccountKind.STAFF, None),
    ({"compliance_officer", "admin", "support"}, AccountKind.STAFF, None),
    ({"finance", "support"}, AccountKind.STAFF, None),
    ({"talent", "guardian", "hirer"}, AccountKind.APP, None),
    *[({"auditor", other}, AccountKind.STAFF, RolesExclude) for other in sorted(STAFF - {"auditor"})],
    *[({"finance", other}, AccountKind.STAFF, RolesExclude) for other in ("admin", "moderator", "senior_moderator")],
    *[({"compliance_officer", other}, AccountKind.STAFF, RolesExclude)
      for other in ("finance", "moderator", "senior_moderator")],
    *[({role}, AccountKind.STAFF, RoleUnfit) for role in sorted(APPS)],
    *[({role}, AccountKind.APP, RoleUnfit) for role in sorted(STAFF)],
    ({"emperor"}, AccountKind.STAFF, RoleUnfit),
])
def test_checked_roles_keeps_duties_apart(roles: set[str], kind: AccountKind, error: type[DomainError] | None) -> None:
    """ID-9: who audits does nothing else; who moves money neither decides on people nor administers."""
    if error is None:
        assert rules.checked_roles(roles, kind) == roles
    else:
        with pytest.raises(error):
            rules.checked_roles(roles, kind)


@pytest.mark.parametrize("target", ["/console/", "/console/moderation/cases?city=riyadh&page=2", "/console/a%20b",
                                    "/console/people?search=%D8%B3"])
def test_local_path_keeps_pages_of_the_console(target: str) -> None:
    assert rules.local_path(target) == target


def test_local_path_encodes_what_a_browser_shows_decoded() -> None:
    assert rules.local_path("/console/people?search=سارة") == "/console/people?search=%D8%B3%D8%A7%D8%B1%D8%A9"


@pytest.mark.parametrize("target", [
    None, "", "/", "//evil.example", "///evil.example", "https://evil.example/console/", "http:evil.example",
    "/\\evil.example", "\\\\evil.example", "/console", "/consoles/", "/api/v1/me", "javascript:alert(1)",
    "/console/\r\nSet-Cookie: a=b", "/console/\x00", "/console/\ud800", " /console/", "\t//evil.example",
    "//evil.example/console/", "/%2f%2fevil.example", "/console/\u202egro", "https:/console/", "/.//evil.example",
    "/console/sign-in", "/console/sign-in/code", "/console/sign-out",
])
def test_local_path_refuses_everything_else(target: str | None) -> None:
    """reliability.md row 12: `next` never leaves this console."""
    assert rules.local_path(target) == "/console/"


def test_local_path_lets_the_language_switch_stay_at_signing_in() -> None:
    assert rules.local_path("/console/sign-in?next=/console/", signing_in=True) == "/console/sign-in?next=/console/"
    assert rules.local_path("//evil.example/console/sign-in", signing_in=True) == "/console/"


@given(st.text())
def test_local_path_is_always_a_header_value(target: str) -> None:
    path = rules.local_path(target)
    assert path.startswith("/console/") and path.isascii() and path.isprintable() and "\\" not in path


@pytest.mark.parametrize("typed", [
    "123456", "123 456", "123-456", "\u200e123456\u200f", "١٢٣٤٥٦", "۱۲۳۴۵۶", "１２３４５６", "१२३४५६", "12٣٤ ５6",
    "𝟙𝟚𝟛𝟜𝟝𝟞",
])
def test_folded_code_reads_digits_of_any_script(typed: str) -> None:
    """reliability.md row 8."""
    assert rules.folded_code(typed) == "123456"


@pytest.mark.parametrize("typed", [
    "", "12345", "1234567", "12345a", "½23456", "²23456", "\x00123456", "\ud800", "1" * 10_000])
def test_folded_code_refuses_the_rest(typed: str) -> None:
    assert rules.folded_code(typed) is None


def test_matching_step_takes_one_step_to_either_side() -> None:
    present = int(NOW.timestamp()) // 30
    for offset, found in [(-2, None), (-1, present - 1), (0, present), (1, present + 1), (2, None)]:
        code = pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=30 * offset))
        assert rules.matching_step(SECRET, code, at=NOW, last_step=0) == found


def test_matching_step_is_used_once() -> None:
    present, code = int(NOW.timestamp()) // 30, pyotp.TOTP(SECRET).at(NOW)
    assert rules.matching_step(SECRET, code, at=NOW, last_step=present - 1) == present
    assert rules.matching_step(SECRET, code, at=NOW, last_step=present) is None


def test_matching_step_agrees_with_the_standard() -> None:
    """RFC 6238 appendix B, cut to six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
                          (2000000000, "279037"), (20000000000, "353130")]:
        assert rules.matching_step(secret, code, at=datetime.fromtimestamp(seconds, UTC), last_step=-1) == seconds // 30


def test_otp_address_names_house_and_owner() -> None:
    address = rules.otp_address(SECRET, email="noura@house.example", issuer="castingops")
    assert address == f"otpauth://totp/castingops:noura%40house.example?secret={SECRET}&issuer=castingops"


@pytest.mark.parametrize(("used", "lives", "age", "turn"), [
    (None, True, HOUR, Turn.ROTATE),
    (timedelta(seconds=10), True, HOUR, Turn.RACE),
    (timedelta(seconds=11), True, HOUR, Turn.REUSE),
    (None, False, HOUR, Turn.DEAD),
    (timedelta(seconds=11), False, HOUR, Turn.DEAD),
    (None, True, timedelta(days=7), Turn.ROTATE),
    (None, True, timedelta(days=7, seconds=1), Turn.DEAD),
])
def test_refresh_turn(used: timedelta | None, lives: bool, age: timedelta, turn: Turn) -> None:
    """reliability.md row 7: rotate, forgive a race of ten seconds, tell a theft."""
    used_at = None if used is None else NOW - used
    assert rules.refresh_turn(created_at=NOW - age, used_at=used_at, family_lives=lives, idle=timedelta(days=7),
                              at=NOW) is turn


@pytest.mark.parametrize(("age", "idle", "lives"), [
    (HOUR, timedelta(minutes=30), True), (HOUR, timedelta(minutes=30, seconds=1), False),
    (12 * HOUR, timedelta(), True), (12 * HOUR + timedelta(seconds=1), timedelta(), False),
])
def test_session_lives_half_an_hour_idle_and_half_a_day_in_all(age: timedelta, idle: timedelta, lives: bool) -> None:
    """ID-6."""
    assert rules.session_lives(created_at=NOW - age, last_seen=NOW - idle, idle=timedelta(minutes=30), life=12 * HOUR,
                               at=NOW) is lives


def test_seconds_to_wait_counts_in_a_moving_window() -> None:
    """reliability.md row 10: a burst across the edge of a window is no faster."""
    limits = [(3, timedelta(minutes=5))]
    failures = [NOW - timedelta(seconds=second) for second in (299, 200, 100)]
    assert rules.seconds_to_wait(limits, [], at=NOW) == 0
    assert rules.seconds_to_wait(limits, failures[1:], at=NOW) == 0
    assert rules.seconds_to_wait(limits, failures, at=NOW) == 1
    assert rules.seconds_to_wait(limits, failures, at=NOW + timedelta(seconds=1)) == 0
    assert rules.seconds_to_wait(limits, [*failures, NOW], at=NOW) == 100
    assert rules.seconds_to_wait([*limits, (1, HOUR)], failures, at=NOW) == 3500
