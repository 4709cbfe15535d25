"""Guardians with wards, as their apps and staff make them; two compliance officers who can approve."""
import io
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask

from castingops.casting.service import withholding
from castingops.core import clock, consumer
from castingops.core.actor import Actor, system
from castingops.core.db import unit_of_work
from castingops.core.roles import StaffRole
from castingops.identity.queries import guardians as queries
from castingops.identity.service import guardians as service
from castingops.identity.service import proposals
from castingops.identity.service.guardians import rulings
from castingops.identity.types.guardians import RulingKind
from castingops.notifications import service as notifications
from tests.factories import doors, identity
from tests.factories.doors import Someone
from tests.factories.media import jpeg

PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
WARD: dict[str, Any] = {"name_ar": "سارة الدوسري", "name_en": "Sara Al-Dosari", "relation": "mother"}


def born(years: float) -> str:
    """The birth date of somebody of this age in Gregorian years."""
    return (clock.today_riyadh() - timedelta(days=int(365.25 * years))).isoformat()


def guardian(app: Flask) -> Someone:
    """Somebody with a guardian's account, signed in."""
    return doors.register(app, "guardian")


def add_ward(someone: Someone, **changes: Any) -> dict[str, Any]:
    """A ward that they state."""
    answer = someone.ask("POST", "/api/v1/me/wards", json={**WARD, "birth_date": born(10), **changes})
    assert answer.status_code == 201 and answer.json, answer.text
    ward: dict[str, Any] = answer.json["data"]
    return ward


def add_document(someone: Someone, ward_id: str, data: bytes | None = None, kind: str = "custody_order") -> Any:
    """The answer to a document of theirs."""
    form = {"document": (io.BytesIO(PDF if data is None else data), "order.pdf"), "kind": kind}
    return someone.ask("POST", f"/api/v1/me/wards/{ward_id}/documents", data=form)


class Desk:
    """A senior moderator who proposes and two compliance officers; rulings go through both."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.senior = identity.make_staff(app, StaffRole.SENIOR_MODERATOR)
        self.officers = [identity.make_staff(app, StaffRole.COMPLIANCE_OFFICER) for _ in range(2)]
        self.proposer = Actor("staff", self.senior.user_id, roles=frozenset({str(StaffRole.SENIOR_MODERATOR)}))
        self.approver = Actor("staff", self.officers[0].user_id, roles=frozenset({str(StaffRole.COMPLIANCE_OFFICER)}))

    def propose(self, ref: str, kind: RulingKind, **sent: Any) -> UUID:
        """A ruling that the senior proposes."""
        with self.app.app_context(), unit_of_work(self.proposer):
            row = queries.find_by_ref(ref)
            assert row
            return rulings.propose(kind, row, sent, reason="The documents say so.", actor=self.proposer)

    def approve(self, proposal_id: UUID) -> None:
        """A compliance officer's approval."""
        with self.app.app_context(), unit_of_work(self.approver):
            proposals.approve(proposal_id, actor=self.approver, seen_version=1)

    def rule(self, ref: str, kind: RulingKind, **sent: Any) -> None:
        """A ruling, proposed and approved."""
        self.approve(self.propose(ref, kind, **sent))

    def verify(self, ward: dict[str, Any], **changes: Any) -> None:
        """Verify a ward's guardianship."""
        day = min(clock.today_riyadh() + timedelta(days=300), date.fromisoformat(ward["of_age_on"]))
        self.rule(ward["guardianship"], RulingKind.VERIFY, **{
            "scopes": ["profile", "casting", "media"], "expires_on": day, "same_as": "",
            "best_interest": "She likes acting, and school goes first.", **changes})


def verified(app: Flask, desk: Desk, **changes: Any) -> tuple[Someone, dict[str, Any]]:
    """A guardian with a verified ward."""
    someone = guardian(app)
    ward = add_ward(someone, **changes)
    assert add_document(someone, ward["id"]).status_code == 201
    desk.verify(ward)
    return someone, ward


def acting(app: Flask, someone: Someone, ward_id: str) -> Someone:
    """The same person with a token for one ward."""
    answer = someone.ask("POST", f"/api/v1/me/wards/{ward_id}/act")
    assert answer.status_code == 200 and answer.json, answer.text
    return Someone(someone.user_id, someone.email, app.test_client(), token=answer.json["data"]["access_token"])


def photo(someone: Someone) -> Any:
    """The answer to a headshot of theirs."""
    form = {"photo": (io.BytesIO(jpeg()), "me.jpg"), "kind": "headshot"}
    return someone.ask("POST", "/api/v1/me/photos", data=form)


def keep_time(app: Flask) -> None:
    """What the hourly job does."""
    with app.app_context(), unit_of_work(system()):
        service.keep_time(actor=system())


def deliver(app: Flask, superuser: psycopg.Connection, subject_id: str) -> None:
    """What waits in the outbox about this subject, and what it leads to, reaches its handlers."""
    for _ in range(5):
        rows = superuser.execute("select id::text from outbox where subject_id = %s and status = 'pending'"
                                 " and not_before <= now() order by id", [subject_id]).fetchall()
        if not rows:
            return
        with app.app_context():
            consumer.deliver([row[0] for row in rows])


def publish_again(ward_id: UUID) -> None:
    """Show a ward's approved submission, in the open unit of work of the system."""
    withholding.withhold(ward_id, actor=system())
    withholding.show_again(ward_id, actor=system())


def tell_ward(app: Flask, ward_id: str) -> None:
    """A message to a ward, as any feature sends one."""
    with app.app_context(), unit_of_work(system()):
        notifications.notify("casting.profile.approved", actor=system(), recipient=UUID(ward_id))


def mails_to(app: Flask, *addresses: str) -> list[str]:
    """The texts of the e-mails to these addresses, the oldest first."""
    folder = app.extensions["settings"].home / "mail"
    found = [message_from_bytes(path.read_bytes(), policy=default) 
             for path in sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)]
    parts = [message.get_body(("plain",)) for message in found if any(one in str(message["To"]) for one in addresses)]
    return [str(part.get_content()) for part in parts if part is not None]
