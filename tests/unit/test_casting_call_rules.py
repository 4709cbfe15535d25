"""What may be written of a call, what stops it, what an edit leads to: tables and laws (CAST-2, CAST-8)."""
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from castingops.casting.errors.calls import CallFinal, CallMissing, InvalidCall
from castingops.casting.rules import calls as rules
from castingops.casting.rules import stops
from castingops.casting.types.calls import (
    CallFields,
    CallStatus,
    ChangeStatus,
    EditEffect,
    PayBasis,
    ProjectType,
    RoleFields,
    RoleKind,
    StopRule,
    Weight,
)

NOW = datetime(2027, 1, 10, 9, 0, tzinfo=UTC)
ROLE = {"name_en": "Layla", "kind": "lead", "playing_age_min": 20, "playing_age_max": 30}
GOOD: dict[str, Any] = {
    "title_en": "Riyadh Nights", "project_type": "series", "company": "Palm", "synopsis_en": "A drama.",
    "shoot_from": "2027-03-01", "shoot_to": "2027-03-20", "cities": ["riyadh"], "pay_amount": 100_000,
    "pay_basis": "day", "deadline": "2027-02-20T12:00:00+03:00", "roles": [ROLE]}
CHECKED = rules.checked_change(GOOD, CallFields(), now=NOW)

WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"deadline": "2027-01-10T08:59:59Z"}, {"deadline"}), ({"deadline": "tomorrow"}, {"deadline"}),
    ({"deadline": "2027-02-01T00:00:00"}, {"deadline"}), ({"deadline": "0001-01-01T00:00:00+14:00"}, {"deadline"}),
    ({"deadline": 7}, {"deadline"}), ({"deadline": "2027-02-28T21:00:00Z"}, {"deadline"}),  # the 1st in Riyadh
    ({"deadline": "2031-01-01T00:00:00Z"}, {"deadline"}), ({"shoot_from": "2027-02-30"}, {"shoot_from"}),
    ({"shoot_from": "1990-01-01"}, {"shoot_from"}), ({"shoot_to": "2027-02-28"}, {"shoot_to"}),
    ({"shoot_from": 20270301}, {"shoot_from"}), ({"shoot_to": "2040-01-01"}, {"shoot_to"}),
    ({"rehearsal_from": "2027-02-09", "rehearsal_to": "2027-02-08"}, {"rehearsal_to"}),
    ({"synopsis_en": "x" * 50_000}, {"synopsis_en"}), ({"title_en": "Riyadh \u202enights"}, {"title_en"}),
    ({"title_ar": "ليالي\u200b الرياض"}, {"title_ar"}), ({"company": "Palm\u0000"}, {"company"}),
    ({"title_en": "two\nlines"}, {"title_en"}), ({"title_en": " \t"}, {"title_en"}), ({"title_en": 5}, {"title_en"}),
    ({"pay_amount": -1}, {"pay_amount"}), ({"pay_amount": 0}, {"pay_amount"}), ({"pay_amount": 1.5}, {"pay_amount"}),
    ({"pay_amount": 10**30}, {"pay_amount"}), ({"pay_amount": True}, {"pay_amount"}),
    ({"pay_amount": "-5"}, {"pay_amount"}), ({"pay_amount": None}, {"pay_amount"}),
    ({"pay_basis": None}, {"pay_basis"}),
    ({"pay_basis": "hour"}, {"pay_basis"}), ({"currency": "USD"}, {"currency"}), ({"cities": ["atlantis"]}, {"cities"}),
    ({"cities": ["riyadh", "riyadh"]}, {"cities"}), ({"cities": "riyadh"}, {"cities"}),
    ({"project_type": "circus"}, {"project_type"}), ({"contact_id": "me"}, {"contact_id"}),
    ({"contact_id": 7}, {"contact_id"}), ({"pay_guaranteed": "yes"}, {"pay_guaranteed"}), ({"roles": "all"}, {"roles"}),
    ({"roles": [{**ROLE, "playing_age_min": 40, "playing_age_max": 20}]}, {"roles.0.playing_age_max"}),
    ({"roles": [ROLE, {**ROLE, "height_min": 180, "height_max": 150}]}, {"roles.1.height_max"}),
    ({"roles": [{**ROLE, "openings": 0}]}, {"roles.0.openings"}), ({"roles": [{**ROLE, "id": "x"}]}, {"roles.0.id"}),
    ({"roles": [{**ROLE, "id": str(uuid4())}]}, {"roles.0.id"}), ({"roles": [{**ROLE, "id": 7}]}, {"roles.0.id"}),
    ({"roles": [{**ROLE, "assets": ["passport"]}]}, {"roles.0.assets"}), ({"roles": [7]}, {"roles.0.id"}),
    ({"roles": [{**ROLE, "salary": 1}]}, {"roles.0.id"}), ({"roles": [ROLE] * 31}, {"roles"}),
    ({"roles": [{**ROLE, "minors": "no"}]}, {"roles.0.minors"}),
    ({"roles": [{**ROLE, "skills": ["x", "X"]}]}, {"roles.0.skills"}),
]


@pytest.mark.parametrize(("changes", "wrong"), WRONG)
def test_what_cannot_be_used_is_named(changes: dict[str, Any], wrong: set[str]) -> None:
    with pytest.raises(InvalidCall) as refused:
        rules.checked_change({**GOOD, **changes}, CallFields(), now=NOW)
    assert set(refused.value.fields) == wrong


def test_absent_stays_null_empties_and_digits_of_any_script_are_read() -> None:
    after = rules.checked_change({"company": None, "cities": None, "pay_amount": "١٢٣٤٥٦"}, CHECKED, now=NOW)
    assert (after.company, after.cities, after.pay_amount, after.title_en) == (None, (), 123_456, "Riyadh Nights")
    assert rules.checked_change({"roles": None}, CHECKED, now=NOW).roles == ()
    with pytest.raises(CallMissing):
        rules.checked_change({}, CHECKED, now=NOW)


def test_a_deadline_that_has_passed_stays_until_it_is_changed_and_does_not_go_out() -> None:
    late = CHECKED.deadline + timedelta(seconds=1)  # type: ignore[operator]
    assert rules.checked_change({"company": "Palm 2"}, CHECKED, now=late).deadline == CHECKED.deadline
    assert set(rules.past_dates(CHECKED, now=late)) == {"deadline"}
    assert set(rules.past_dates(CHECKED, now=late + timedelta(days=30))) == {"deadline", "shoot_from"}
    assert rules.past_dates(CHECKED, now=NOW) == {}


def changed(**changes: Any) -> CallFields:
    return msgspec.structs.replace(CHECKED, **changes)


def with_role(**changes: Any) -> CallFields:
    return changed(roles=(msgspec.structs.replace(CHECKED.roles[0], **changes),))


WEIGHTS = [
    (CHECKED, Weight.NONE), (changed(title_en="riyadh nights!"), Weight.COSMETIC),
    (changed(synopsis_en="A  drama"), Weight.COSMETIC), (changed(contact_id=uuid4()), Weight.COSMETIC),
    (changed(confidential=True), Weight.COSMETIC), (with_role(name_en="LAYLA"), Weight.COSMETIC),
    (changed(synopsis_en="Not a drama."), Weight.RELIED), (changed(title_ar="فيلم"), Weight.RELIED),
    (changed(company="Palm and Sons"), Weight.RELIED), (changed(pay_amount=90_000), Weight.RELIED),
    (changed(pay_basis=PayBasis.FLAT), Weight.RELIED), (changed(pay_guaranteed=True), Weight.RELIED),
    (changed(cities=("jeddah",)), Weight.RELIED), (changed(shoot_to=date(2027, 3, 25)), Weight.RELIED),
    (changed(rehearsal_from=date(2027, 2, 1)), Weight.RELIED), (changed(deadline=NOW), Weight.RELIED),
    (changed(project_type=ProjectType.FILM), Weight.RELIED), (changed(permit_number="1"), Weight.RELIED),
    (changed(roles=()), Weight.RELIED), (with_role(kind=RoleKind.BACKGROUND), Weight.RELIED),
    (with_role(playing_age_max=31), Weight.RELIED), (with_role(minors=True), Weight.RELIED),
    (with_role(openings=2), Weight.RELIED), (with_role(description_en="Rides horses."), Weight.RELIED),
    (with_role(languages=("en",)), Weight.RELIED), (with_role(height_min=170), Weight.RELIED),
]


@pytest.mark.parametrize(("after", "weight"), WEIGHTS)
def test_what_talent_relied_on_weighs(after: CallFields, weight: Weight) -> None:
    assert rules.weigh(CHECKED, after) is weight


def test_every_field_has_a_weight() -> None:
    """A new field is somebody's decision: relied on, words, or never seen by talent."""
    free = {"contact_id", "confidential", "roles"}
    assert set(CallFields.__struct_fields__) == {*rules.RELIED, *rules.WORDS} | free
    assert set(rules.ROLE_WORDS) < set(RoleFields.__struct_fields__)


EFFECTS = [
    (CallStatus.DRAFT, None, Weight.RELIED, Weight.RELIED, EditEffect.KEEP),
    (CallStatus.CHANGES_REQUESTED, None, Weight.RELIED, Weight.RELIED, EditEffect.KEEP),
    (CallStatus.UNDER_REVIEW, None, Weight.COSMETIC, Weight.RELIED, EditEffect.REVIEW),
    (CallStatus.UNDER_REVIEW, None, Weight.NONE, Weight.RELIED, EditEffect.KEEP),
    (CallStatus.PUBLISHED, None, Weight.RELIED, Weight.RELIED, EditEffect.REVIEW),
    (CallStatus.PUBLISHED, None, Weight.COSMETIC, Weight.COSMETIC, EditEffect.SHOW),
    (CallStatus.PUBLISHED, None, Weight.NONE, Weight.NONE, EditEffect.KEEP),
    (CallStatus.PUBLISHED, ChangeStatus.UNDER_REVIEW, Weight.NONE, Weight.RELIED, EditEffect.KEEP),
    (CallStatus.PUBLISHED, ChangeStatus.UNDER_REVIEW, Weight.COSMETIC, Weight.RELIED, EditEffect.REVIEW),
    (CallStatus.PUBLISHED, ChangeStatus.UNDER_REVIEW, Weight.RELIED, Weight.COSMETIC, EditEffect.SHOW),
    (CallStatus.PUBLISHED, ChangeStatus.UNDER_REVIEW, Weight.RELIED, Weight.NONE, EditEffect.DROP),
    (CallStatus.PUBLISHED, ChangeStatus.REJECTED, Weight.NONE, Weight.RELIED, EditEffect.REVIEW),
    (CallStatus.PUBLISHED, ChangeStatus.CHANGES_REQUESTED, Weight.RELIED, Weight.NONE, EditEffect.DROP),
]


@pytest.mark.parametrize(("status", "change", "of_sent", "of_approved", "effect"), EFFECTS)
def test_what_follows_from_an_edit(status: CallStatus, change: ChangeStatus | None, of_sent: Weight,
                                   of_approved: Weight, effect: EditEffect) -> None:
    assert rules.after_edit(status, change, of_sent=of_sent, of_approved=of_approved) is effect


@pytest.mark.parametrize("status", [CallStatus.REJECTED, CallStatus.CLOSED])
def test_what_is_over_is_not_edited(status: CallStatus) -> None:
    with pytest.raises(CallFinal):
        rules.after_edit(status, None, of_sent=Weight.NONE, of_approved=Weight.NONE)


def rule(code: str, value: dict[str, Any], since: date = date(2026, 1, 1), until: date | None = None) -> StopRule:
    return StopRule(id=uuid4(), code=code, value=value, valid_from=since, valid_until=until, source_en="", source_ar="")


ADVERTISING = rule("minor_project", {"project_types": ["commercial"]})
PERMIT = rule("minor_permit", {"age": 15})


@pytest.mark.parametrize(("fields", "rules_listed", "stopped"), [
    (with_role(minors=True, playing_age_min=16), [ADVERTISING, PERMIT], False),
    (changed(project_type=ProjectType.COMMERCIAL), [ADVERTISING, PERMIT], False),
    (msgspec.structs.replace(with_role(minors=True, playing_age_min=16), project_type=ProjectType.COMMERCIAL),
     [ADVERTISING], True),
    (msgspec.structs.replace(with_role(minors=True), project_type=ProjectType.COMMERCIAL),
     [rule("minor_project", {"project_types": ["commercial"]}, until=date(2026, 12, 31))], False),
    (msgspec.structs.replace(with_role(minors=True), project_type=ProjectType.COMMERCIAL),
     [rule("minor_project", {"project_types": ["commercial"]}, since=date(2027, 6, 1))], False),
    (with_role(minors=True, playing_age_min=14), [PERMIT], True),
    (with_role(minors=True, playing_age_min=15), [PERMIT], False),
    (with_role(minors=False, playing_age_min=5), [PERMIT], False),
    (msgspec.structs.replace(with_role(minors=True, playing_age_min=5), permit_number="118",
                             permit_until=date(2027, 3, 20)), [PERMIT], False),
    (msgspec.structs.replace(with_role(minors=True, playing_age_min=5), permit_number="118",
                             permit_until=date(2027, 3, 19)), [PERMIT], True),
])
def test_stop_rules_hold_on_their_days(fields: CallFields, rules_listed: list[StopRule], stopped: bool) -> None:
    assert bool(stops.stops(fields, rules_listed, day=NOW.date())) is stopped


WORDS = st.text("abcdefghij ابتثجحخ", min_size=1, max_size=30).filter(str.strip)


@settings(max_examples=100, deadline=None)
@given(words=WORDS, more=WORDS)
def test_a_word_more_is_never_cosmetic(words: str, more: str) -> None:
    """Law: what adds a word to a text that talent read goes to a moderator; a full stop does not."""
    before = changed(synopsis_en=words)
    assert rules.weigh(before, changed(synopsis_en=f"{words} {more}")) is Weight.RELIED
    assert rules.weigh(before, changed(synopsis_en=f" {words.upper()} .")) in (Weight.COSMETIC, Weight.NONE)


@settings(max_examples=100, deadline=None)
@given(ids=st.lists(st.uuids(), max_size=5, unique=True), keep=st.data())
def test_roles_keep_their_ids_and_strangers_get_none(ids: list[UUID], keep: st.DataObject) -> None:
    before = changed(roles=tuple(RoleFields(id=each, name_en="x") for each in ids))
    kept = keep.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    after = rules.checked_change({"roles": [*({**ROLE, "id": str(each)} for each in kept), ROLE]}, before, now=NOW)
    assert [role.id for role in after.roles[:-1]] == kept and after.roles[-1].id not in ids
