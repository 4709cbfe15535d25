"""Who can sign in to the demo: one account for each role of staff and apps, and a few colleagues nobody signs in as.

Passwords and one-time secrets are drawn anew for each home and written to one file that only its owner can read.
"""
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyotp

from castingops.core.roles import AppRole, StaffRole

_HOUSE = "castingops.example"  # reserved for examples (RFC 2606)


@dataclass(frozen=True)
class Login:
    """What it takes to sign in as someone."""

    email: str
    password: str
    totp_secret: str | None
    role: str
    locale: str


@dataclass(frozen=True)
class Employee:
    """Someone of the house. `shown`: their login is in the file."""

    name: str
    role: StaffRole
    locale: str
    email: str
    shown: bool = True


EMPLOYEES = (
    Employee("ريم العتيبي", StaffRole.MODERATOR, "ar", f"moderator@{_HOUSE}"),
    Employee("Khalid Al-Ghamdi", StaffRole.SENIOR_MODERATOR, "en", f"senior@{_HOUSE}"),
    Employee("هند الشهري", StaffRole.COMPLIANCE_OFFICER, "ar", f"compliance@{_HOUSE}"),
    Employee("Omar Bukhari", StaffRole.FINANCE, "en", f"finance@{_HOUSE}"),
    Employee("سلمى الجهني", StaffRole.SUPPORT, "ar", f"support@{_HOUSE}"),
    Employee("Faisal Al-Tamimi", StaffRole.AUDITOR, "en", f"auditor@{_HOUSE}"),
    Employee("Lama Al-Rashid", StaffRole.ADMIN, "en", f"admin@{_HOUSE}"),
    Employee("يوسف الحارثي", StaffRole.ADMIN, "ar", f"yousef@{_HOUSE}", shown=False),
    Employee("Maha Al-Dossary", StaffRole.COMPLIANCE_OFFICER, "en", f"maha@{_HOUSE}", shown=False),
    Employee("ماجد القرني", StaffRole.MODERATOR, "ar", f"majed@{_HOUSE}", shown=False),
    Employee("Dana Khoja", StaffRole.MODERATOR, "en", f"dana@{_HOUSE}", shown=False),
    Employee("عبير الشمري", StaffRole.MODERATOR, "ar", f"abeer@{_HOUSE}", shown=False),
)
DECIDING = (StaffRole.MODERATOR, StaffRole.SENIOR_MODERATOR)
APP_LOGINS = ((AppRole.TALENT, "ar"), (AppRole.GUARDIAN, "ar"), (AppRole.HIRER, "en"))


def staff_login(employee: Employee) -> Login:
    """A new login for an employee."""
    return Login(employee.email, password(), pyotp.random_base32(), str(employee.role), employee.locale)


def app_login(role: AppRole, locale: str) -> Login:
    """A new login for a user of the apps."""
    return Login(f"{role}@{_HOUSE}", password(), None, str(role), locale)


def password() -> str:
    """120 random bits, as 20 characters."""
    return secrets.token_urlsafe(15)


def write(path: Path, logins: Sequence[Login]) -> None:
    """Write the logins where only this user can read them, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(login) for login in logins], file, indent=1)
        file.write("\n")
