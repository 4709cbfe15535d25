"""Who acts, in whose rows, with which right: deny by default (ID-9)."""
from uuid import uuid4

import pytest

from castingops.core import permissions
from castingops.core.actor import Actor, anonymous, system
from castingops.core.errors import Forbidden, NotFound
from castingops.core.messages import N_
from castingops.core.permissions import PUBLIC, Permission

OWN, OTHER = uuid4(), uuid4()
PERSON = Actor("person", OWN, OWN, roles=frozenset({"talent"}))
MEMBER = Actor("member", OWN, org_id=OWN, roles=frozenset({"hirer"}))
STAFF = Actor("staff", OWN, roles=frozenset({"moderator"}))
READ = Permission("tests.thing.read", N_("Queue"), frozenset({"moderator", "auditor"}), reads=True)


def test_subject_and_home_are_there_or_not_found() -> None:
    assert PERSON.subject == OWN and MEMBER.home == OWN
    with pytest.raises(NotFound):
        _ = STAFF.subject
    with pytest.raises(NotFound):
        _ = PERSON.home


@pytest.mark.parametrize("who", [STAFF, system()], ids=lambda who: who.kind)
def test_staff_and_system_enter_any_subject_and_organization(who: Actor) -> None:
    assert who.entering(OTHER).subject == OTHER and who.within(OTHER).home == OTHER
    assert who.subject_id is None and who.org_id is None  # the actor itself stays outside


@pytest.mark.parametrize("who", [PERSON, MEMBER, anonymous()], ids=lambda who: who.kind)
def test_others_enter_nobody_else(who: Actor) -> None:
    with pytest.raises(NotFound):
        who.entering(OTHER)
    with pytest.raises(NotFound):
        who.within(OTHER)


def test_people_and_members_may_name_themselves() -> None:
    assert PERSON.entering(OWN) == PERSON and MEMBER.within(OWN) == MEMBER


def test_system_may_start_inside() -> None:
    assert system(OWN, OTHER).subject == OWN and system(OWN, OTHER).home == OTHER


def test_a_right_is_held_by_its_roles_alone() -> None:
    STAFF.require(READ)
    for who in (PERSON, MEMBER, system(), anonymous()):
        assert not who.may(READ)
        with pytest.raises(Forbidden):
            who.require(READ)


def test_nobody_holds_what_is_public_by_role() -> None:
    assert not any(who.may(PUBLIC) for who in (PERSON, MEMBER, STAFF, system(), anonymous()))


def test_a_permission_is_defined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, "_REGISTRY", {})
    made = permissions.define("tests.thing.write", N_("Queue"), roles=["support", "admin"])
    assert not made.reads and permissions.all_permissions() == [made]
    assert permissions.all_roles() == ["admin", "support"]
    with pytest.raises(ValueError, match="twice"):
        permissions.define("tests.thing.write", N_("Queue"), roles=["talent"])
    assert permissions.all_roles() == ["admin", "support"]  # a second definition widens nothing
