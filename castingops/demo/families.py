"""The demo's guardian and her children: one she may act for, two who wait, and what lies with compliance about them."""
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.db import Base, entered, session
from castingops.core.roles import AppRole
from castingops.identity.queries import guardians as queries
from castingops.identity.service import proposals
from castingops.identity.service.guardians import rulings, wards
from castingops.identity.types.guardians import EvidenceKind, RulingKind

_HOUSE = "castingops.example"
_VALID_DAYS = 300


@dataclass(frozen=True)
class Child:
    """A ward that the guardian states, and how far its verification has come: "verified", "proposed" or ""."""

    name_ar: str
    name_en: str
    age: int  # in Gregorian years, about
    days: int  # since it was stated
    proof: EvidenceKind | None
    fate: str = ""


CHILDREN = (
    Child("سارة القحطاني", "Sara Al-Qahtani", 10, 60, EvidenceKind.GUARDIANSHIP_DEED, "verified"),
    Child("فهد القحطاني", "Fahad Al-Qahtani", 13, 1, EvidenceKind.CUSTODY_ORDER, "proposed"),
    Child("لجين القحطاني", "Lujain Al-Qahtani", 7, 2, EvidenceKind.BIRTH_CERTIFICATE),
)


def fill(colleagues: Mapping[str, Actor], *, now: datetime) -> None:
    """She states her children and sends documents; a senior moderator proposes, an officer approves one of them."""
    users = Base.metadata.tables["users"]
    guardian = session().execute(
        select(users.c.id).where(users.c.email == f"{AppRole.GUARDIAN}@{_HOUSE}")).scalar_one()
    senior, officer = (colleagues[f"{name}@{_HOUSE}"] for name in ("senior", "maha"))
    for child in CHILDREN:
        with clock.held_at(now - timedelta(days=child.days)):
            ref = _state(child, guardian)
        if child.fate:
            with clock.held_at(now - timedelta(days=child.days) + timedelta(hours=5)):
                proposal_id = _propose(ref, senior)
        if child.fate == "verified":
            decided = clock.held_at(now - timedelta(days=child.days) + timedelta(hours=9))
            with decided, entered(officer, guardian):  # the database takes an approval from nobody but its author
                proposals.approve(proposal_id, actor=officer, seen_version=1)


def _state(child: Child, guardian: UUID) -> str:
    born = clock.today_riyadh() - timedelta(days=child.age * 365 + 90)
    with _as(guardian) as actor:
        ward = wards.add_ward({"name_ar": child.name_ar, "name_en": child.name_en, "birth_date": born,
                               "relation": "mother"}, actor=actor)
        if child.proof:
            wards.add_document(ward.id, _sheet(f"{child.proof} of {child.name_en}: invented"), child.proof, actor=actor)
    return ward.guardianship


def _propose(ref: str, senior: Actor) -> UUID:
    row = queries.find_by_ref(ref)
    assert row is not None  # stated a moment ago
    sent: dict[str, Any] = {"scopes": ["profile", "casting", "media"], "same_as": "",
                            "expires_on": clock.today_riyadh() + timedelta(days=_VALID_DAYS),
                            "best_interest": "تحب التمثيل، والمدرسة أولاً."}
    return rulings.propose(RulingKind.VERIFY, row, sent, reason="The names and the date agree with the document.",
                           actor=senior)


@contextmanager
def _as(guardian: UUID) -> Iterator[Actor]:
    """The guardian, in her own rows."""
    with entered(system(), guardian):
        yield Actor("person", user_id=guardian, subject_id=guardian, roles=frozenset({str(AppRole.GUARDIAN)}))


def _sheet(words: str) -> bytes:
    """A one-page PDF with a line of text (ISO 32000-1 §7.5.1), so that opening the document shows something."""
    text = f"BT /F1 14 Tf 60 760 Td ({words}) Tj ET"
    bodies = ("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
              "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
              " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
              f"<< /Length {len(text)} >>\nstream\n{text}\nendstream")
    made, places = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (f"{made}xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n").encode("ascii")
