"""Two-person acts for tests: a kind that does nothing but say so, and people who propose and approve."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg
from flask import Flask

from castingops.core.actor import Actor
from castingops.core.db import unit_of_work
from castingops.core.messages import N_
from castingops.core.roles import StaffRole
from castingops.identity.service import proposals as service
from castingops.identity.types import Asked, ProposalKind

PROBE = "identity.probe.act"


class Probe:
    """What the kind was asked and what it did."""

    def __init__(self) -> None:
        self.checked: list[UUID] = []
        self.done: list[tuple[Asked, UUID | None]] = []
        self.refuses: type[Exception] | None = None

    def check(self, asked: Asked) -> None:
        self.checked.append(asked.id)
        if self.refuses is not None:
            raise self.refuses

    def execute(self, asked: Asked, *, actor: Actor) -> None:
        self.done.append((asked, actor.user_id))


@contextmanager
def probe_kind(proposes: str = StaffRole.SUPPORT, approves: str = StaffRole.ADMIN) -> Iterator[Probe]:
    """A kind that is known while inside."""
    probe = Probe()
    with patch.dict(service._KINDS):
        service.register_proposal(ProposalKind(
            PROBE, N_("Failed"), frozenset({proposes}), frozenset({approves}), probe.check, probe.execute,
            lambda asked: [(N_("Name"), str(asked.arguments.get("name", "")))]))
        yield probe


@contextmanager
def disabled(superuser: psycopg.Connection, *people: UUID) -> Iterator[None]:
    """These accounts are disabled while inside, by nobody's act."""
    switch = "update users set status = %s where id = any(%s)"
    superuser.execute(switch, ["disabled", list(people)])
    try:
        yield
    finally:
        superuser.execute(switch, ["active", list(people)])


@contextmanager
def only_holders(superuser: psycopg.Connection, role: str, *people: UUID) -> Iterator[None]:
    """Nobody but these holds a role actively while inside."""
    others = superuser.execute(
        "select u.id from users u join role_grants g on g.user_id = u.id where g.role = %s and u.status = 'active'"
        " and u.id <> all(%s)", [role, list(people)]).fetchall()
    with disabled(superuser, *(user_id for (user_id,) in others)):
        yield


def acting(user_id: UUID, *roles: str) -> Actor:
    """A member of staff with these roles, as far as their session knows."""
    return Actor("staff", user_id, roles=frozenset(roles))


def propose(app: Flask, actor: Actor, kind: str = PROBE, subject_id: UUID | None = None, reason: str = "It is time.",
            **arguments: Any) -> UUID:
    """A proposal of theirs."""
    with app.app_context(), unit_of_work(actor):
        return service.propose(kind, actor=actor, arguments=arguments, reason=reason, subject_id=subject_id)


def approve(app: Flask, proposal_id: UUID, actor: Actor, version: int = 1) -> None:
    """Their approval of it."""
    with app.app_context(), unit_of_work(actor):
        service.approve(proposal_id, actor=actor, seen_version=version)


def refuse(app: Flask, proposal_id: UUID, actor: Actor, reason: str = "Not now.", version: int = 1) -> None:
    """Their refusal of it."""
    with app.app_context(), unit_of_work(actor):
        service.refuse(proposal_id, actor=actor, reason=reason, seen_version=version)
