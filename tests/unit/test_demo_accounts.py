"""The demo's logins: one for each role, strong, for their owner's eyes only."""
import json
from pathlib import Path

import pytest

from castingops.core.roles import APPS, STAFF
from castingops.demo import accounts
from castingops.identity.rules import checked_email, checked_password


def test_one_login_is_shown_for_each_role() -> None:
    assert sorted(employee.role for employee in accounts.EMPLOYEES if employee.shown) == sorted(STAFF)
    assert sorted(role for role, _ in accounts.APP_LOGINS) == sorted(APPS)


@pytest.mark.parametrize("employee", accounts.EMPLOYEES)
def test_logins_are_what_identity_takes(employee: accounts.Employee) -> None:
    login = accounts.staff_login(employee)
    assert checked_email(login.email) == login.email
    assert checked_password(login.password, email=login.email, name=employee.name) == login.password
    assert accounts.staff_login(employee).password != login.password


def test_file_holds_the_logins_and_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "home" / "demo-accounts.json"
    logins = [accounts.staff_login(accounts.EMPLOYEES[0]), accounts.app_login(*accounts.APP_LOGINS[0])]
    for _ in range(2):
        accounts.write(path, logins)
    assert path.stat().st_mode & 0o777 == 0o600
    rows = json.loads(path.read_text("utf-8"))
    assert [set(row) for row in rows] == [{"email", "password", "totp_secret", "role", "locale"}] * 2
    assert rows[1]["totp_secret"] is None
