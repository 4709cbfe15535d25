"""What lies with admins and compliance: proposals that wait for a second person, and a review of access half done."""
from collections.abc import Mapping
from datetime import datetime, timedelta

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.identity.service import people, staff_acts
from castingops.identity.types import StaffAct

_HOUSE = "castingops.example"
_CONFIRMED = ("moderator", "senior", "compliance", "finance", "support", "auditor")


def fill(colleagues: Mapping[str, Actor], *, now: datetime) -> None:
    """Support and admins have proposed, a colleague has confirmed half of the roles; `colleagues` by e-mail."""
    support, admin, second = (colleagues[f"{name}@{_HOUSE}"] for name in ("support", "admin", "yousef"))
    majed, dana = (colleagues[f"{name}@{_HOUSE}"].user_id for name in ("majed", "dana"))
    assert majed is not None and dana is not None
    with clock.held_at(now - timedelta(hours=3)):
        staff_acts.propose_switch(majed, StaffAct.RESET_MFA, actor=support,
                                  reason="تعذّر عليه فتح تطبيق الرموز بعد تغيير جواله، وتحققنا منه بمكالمة مرئية.")
    with clock.held_at(now - timedelta(hours=2)):
        staff_acts.propose_account(
            actor=second, email=f"nouf@{_HOUSE}", display_name="نوف العنزي", locale="ar", roles=["moderator"],
            reason="Joins the evening shift on Sunday.")
    with clock.held_at(now - timedelta(hours=1)):
        staff_acts.propose_role(dana, "support", actor=admin,
                                reason="Helps with accounts while Salma is on leave.")
    for name in _CONFIRMED:
        who = colleagues[f"{name}@{_HOUSE}"]
        assert who.user_id is not None
        people.confirm_access(who.user_id, actor=second, seen=",".join(sorted(who.roles)))
