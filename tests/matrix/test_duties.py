"""reliability.md §3: the matrix of staff and of the apps' people, each cell held against the code (ID-9).

✓ does · R reads · m sees masked · P proposes · A approves another's proposal · PA both · – nothing. Rows whose feature
comes later are named, so that nobody takes them for done.
"""
from itertools import combinations
from typing import NamedTuple

import pytest
from flask import Flask

import castingops.wiring  # noqa: F401  # every permission and every kind of proposal is registered
from castingops.audit import rules as audit
from castingops.audit.types import Scope
from castingops.core.actor import Actor
from castingops.core.db import unit_of_work
from castingops.core.ids import new_id
from castingops.core.permissions import all_permissions
from castingops.core.roles import STAFF, StaffRole
from castingops.identity import rules
from castingops.identity.errors import RolesExclude
from castingops.identity.service import proposals, support
from castingops.identity.types import AccountKind

COLUMNS = (StaffRole.MODERATOR, StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER, StaffRole.FINANCE,
           StaffRole.SUPPORT, StaffRole.AUDITOR, StaffRole.ADMIN)


class Row(NamedTuple):
    """A line of the matrix. `proposes` and `approves` are permissions where they are no kind of proposal."""

    title: str
    cells: str
    does: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    proposes: tuple[str, ...] = ()
    approves: tuple[str, ...] = ()


ROWS = (
    Row("Queue: claim, approve, reject call/media", "✓ ✓ R – R R –", does=("moderation.case.take",
        "moderation.case.decide"), reads=("moderation.case.read",)),
    Row("Reverse decision, appeal (not own)", "P A R – – R –", proposes=("moderation.case.decide",),
        approves=("moderation.decision.approve",)),
    Row("Minor's case: publish", "P A R – – R –", proposes=("moderation.case.decide",),
        approves=("moderation.decision.approve",)),
    Row("Ban / unban", "P A R – – R –", proposes=("moderation.case.decide",),
        approves=("moderation.decision.approve",)),
    Row("View person", "m m m m m m m", does=("identity.person.find",), reads=("identity.person.read",)),
    Row("Unmask identity evidence, minor contact (reason)", "– P A – – – –",
        kinds=("identity.person.unmask", "identity.guardianship.unmask")),
    Row("Guardian link / dispute", "P P A – – R –", kinds=(
        "identity.guardianship.verify", "identity.guardianship.refuse", "identity.guardianship.end",
        "identity.guardianship.restore", "identity.guardianship.invite")),
    Row("Outbox/DLQ replay, ordinary", "– – – – – R ✓", does=("operations.letter.replay",),
        reads=("operations.health.read",)),
    Row("Staff accounts, MFA reset", "– – – – P R PA", reads=("identity.staff.read",), kinds=(
        "identity.staff.create", "identity.staff.grant", "identity.staff.revoke", "identity.staff.disable",
        "identity.staff.enable", "identity.staff.reset_mfa")),
    Row("Grant FI, CO, AD", "– – A – – R P", kinds=("identity.staff.create_trusted", "identity.staff.grant_trusted")),
    Row("Verify chain", "– – ✓ – – ✓ –", does=("audit.trail.verify",)),
)
AUDIT_LOG = "own team R own own R R"  # row "Audit log": whose acts a reader sees
LATER = {
    "Export of persons; compliance pack", "Erasure, legal hold, retention rule", "Payments, ledger, invoices",
    "Refund ≤ SAR 500", "Refund above; escrow override; payout account; credit adjustment",
    "Ingestion source, extraction publish", "DLQ replay, money", "Flags that disable a gate; secrets",
    "Impersonate (read-only)",
}
ALL_ROWS = 21  # lines of the matrix of staff

# the apps' people: what a role may hold at all; the rank inside an organization is organizations.csv's
APPS = {
    "Apply, upload, consent, withdraw": ({"media.own_photo.change", "casting.own_profile.change"},
                                         {"talent", "guardian"}),
    "Own data: export, correct, erase": ({"identity.me.change", "consent.consent.change"},
                                         {"talent", "guardian", "hirer"}),
    "Guardian for minor": ({"identity.own_ward.change", "identity.own_ward.act"}, {"guardian"}),
    "Organizations": ({"organizations.organization.create"}, {"hirer"}),
}


def holders(names: tuple[str, ...]) -> list[frozenset[str]]:
    """Who holds each of these permissions; an unknown name fails."""
    known = {permission.name: permission for permission in all_permissions()}
    return [known[name].roles for name in names]


CELLS = [(row, role, cell) for row in ROWS for role, cell in zip(COLUMNS, row.cells.split(), strict=True)]


@pytest.mark.parametrize(("row", "role", "cell"), CELLS, ids=[f"{row.title}-{role}" for row, role, _ in CELLS])
def test_cell_is_what_the_code_registers(row: Row, role: StaffRole, cell: str) -> None:
    kinds = [proposals.proposal_kind(name) for name in row.kinds]
    does, reads = holders(row.does), holders(row.reads)
    proposing = [*holders(row.proposes), *(kind.proposes for kind in kinds)]
    approving = [*holders(row.approves), *(kind.approves for kind in kinds)]
    assert [role in held for held in does] == [cell in {"✓", "m"}] * len(does)
    assert [role in held for held in reads] == [cell in {"✓", "R", "m", "P", "PA"}] * len(reads)
    assert [role in held for held in approving] == [cell in {"A", "PA"}] * len(approving)
    if row.proposes:  # whoever approves decisions may also propose one, for another to approve
        assert [role in held for held in proposing] == [cell in {"P", "A"}] * len(proposing)
    else:
        assert [role in held for held in proposing] == [cell in {"P", "PA"}] * len(proposing)
    if kinds and cell == "R":
        assert all(rules.sees_kind(kind, {role}) for kind in kinds)


def test_every_row_is_held_or_named_as_later() -> None:
    held = {row.title for row in ROWS} | {"Audit log"}
    assert not held & LATER and len(held | LATER) == ALL_ROWS


def test_every_kind_of_proposal_stands_in_a_row() -> None:
    assert {name for row in ROWS for name in row.kinds} == {kind.name for kind in proposals.proposal_kinds()}


@pytest.mark.parametrize(("role", "cell"), list(zip(COLUMNS, AUDIT_LOG.split(), strict=True)))
def test_audit_log(role: StaffRole, cell: str) -> None:
    assert audit.scope_of({role}) == {"own": Scope.OWN, "team": Scope.TEAM, "R": Scope.ALL}[cell]


@pytest.mark.parametrize("role", COLUMNS)
def test_contact_is_masked_for_all_but_compliance(app: Flask, role: StaffRole) -> None:
    actor = Actor("staff", new_id(), roles=frozenset({role}))
    with app.app_context(), unit_of_work(actor, read_only=True):
        assert support.is_shown(new_id(), actor=actor) is (role is StaffRole.COMPLIANCE_OFFICER)


@pytest.mark.parametrize("title", APPS)
def test_apps_hold_what_the_matrix_gives_them(title: str) -> None:
    names, wanted = APPS[title]
    for held in holders(tuple(sorted(names))):
        assert held == wanted


def test_no_right_of_staff_is_a_right_of_the_apps_but_ones_own_proof() -> None:
    """A staff account and an account of an app share what proves oneself, and nothing else: each door has its own."""
    both = {permission.name for permission in all_permissions()
            if permission.roles & STAFF and permission.roles - STAFF}
    assert both == {"identity.proof.give", "identity.factor.change", "identity.factor.read"}


FORBIDDEN = {frozenset({"auditor", other}) for other in STAFF - {"auditor"}} | {
    frozenset(pair) for pair in (
        ("finance", "admin"), ("finance", "moderator"), ("finance", "senior_moderator"),
        ("compliance_officer", "finance"), ("compliance_officer", "moderator"),
        ("compliance_officer", "senior_moderator"))}


@pytest.mark.parametrize("pair", [frozenset(pair) for pair in combinations(sorted(STAFF), 2)], ids=sorted)
def test_forbidden_pairs_are_exactly_these(pair: frozenset[str]) -> None:
    """AU excludes every other role; FI excludes AD, MO, SM; CO excludes FI, MO, SM. In SQL: test_identity_accounts."""
    if pair in FORBIDDEN:
        with pytest.raises(RolesExclude):
            rules.checked_roles(pair, AccountKind.STAFF)
    else:
        assert rules.checked_roles(pair, AccountKind.STAFF) == pair
