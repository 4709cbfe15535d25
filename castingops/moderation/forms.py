"""What the console posts and asks for. Bounds live in rules; a form only reads."""
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired

from castingops.core.arabic import tidy
from castingops.core.messages import N_
from castingops.moderation import rules
from castingops.moderation.errors import InvalidItem
from castingops.moderation.types import Draft, Due, Language, Outcome, QueueFilter, View, Waiting
from castingops.moderation.types.items import NOBODY, ItemDue, ItemFilter, ItemState, ItemView

ValueT = TypeVar("ValueT", bound=StrEnum)


class DecisionForm(Form):
    """A decision as typed. The policy is one version's id; empty means that an approval names none."""

    outcome = StringField(validators=[
        InputRequired(_l("Choose an outcome.")), AnyOf(list(Outcome), message=_l("Choose an outcome."))])
    policy = StringField()
    facts_en = TextAreaField()
    facts_ar = TextAreaField()
    note = TextAreaField()
    version = IntegerField()

    def draft(self) -> Draft:
        """The draft, once validated. A policy that cannot be one is like one that does not exist.

        An approval states no breach: a policy or facts typed for another outcome are left aside.
        """
        note, outcome = tidy(self.note.data or ""), Outcome(self.outcome.data or "")
        if outcome is Outcome.APPROVE:
            return Draft(outcome=outcome, policy_id=None, note=note)
        return Draft(outcome=outcome, policy_id=_uuid(self.policy.data or ""), note=note,
                     facts_en=tidy(self.facts_en.data or ""), facts_ar=tidy(self.facts_ar.data or ""))

    @property
    def seen_version(self) -> int:
        """The version of the case that the page showed; one that is no number matches none."""
        return self.version.data if isinstance(self.version.data, int) else 0


class NoteForm(Form):
    """A note for colleagues."""

    note = TextAreaField()


def queue_filter(arguments: Mapping[str, str]) -> QueueFilter:
    """The filter that an address names. What it cannot mean is left out: an old bookmark still opens."""
    return QueueFilter(
        view=_value(View, arguments.get("view")) or View.OPEN,
        kind=arguments.get("kind", "") if arguments.get("kind", "").isidentifier() else "",
        language=_value(Language, arguments.get("language")),
        due=_value(Due, arguments.get("due")),
        waiting=_value(Waiting, arguments.get("waiting")),
        outcome=_value(Outcome, arguments.get("outcome")),
        words=rules.search_words(arguments.get("q", "")))


def query_of(wanted: QueueFilter, typed: str) -> dict[str, str]:
    """The address of a filter, without what is left at its default."""
    pairs = {"view": wanted.view if wanted.view is not View.OPEN else "", "kind": wanted.kind,
             "language": wanted.language, "due": wanted.due, "waiting": wanted.waiting, "outcome": wanted.outcome,
             "q": typed if wanted.words else ""}
    return {name: str(value) for name, value in pairs.items() if value}


class ItemForm(Form):
    """What staff post about a compliance item."""

    kind = StringField()
    case = StringField()
    state = StringField()
    reason = TextAreaField()
    note = TextAreaField()
    version = IntegerField()

    def target(self) -> ItemState:
        """The state to move to. Errors: InvalidItem for none that exists."""
        found = _value(ItemState, self.state.data)
        if found is None:
            raise InvalidItem(state=N_("Choose what to do."))
        return found

    @property
    def seen_version(self) -> int:
        """The version of the item that the page showed; one that is no number matches none."""
        return self.version.data if isinstance(self.version.data, int) else 0


def item_filter(arguments: Mapping[str, str]) -> ItemFilter:
    """The filter of compliance items that an address names. What it cannot mean is left out."""
    owner = arguments.get("owner", "")
    known = owner == NOBODY or _uuid(owner) not in (None, UUID(int=0))
    return ItemFilter(
        view=_value(ItemView, arguments.get("view")) or ItemView.OPEN,
        kind=arguments.get("kind", "") if arguments.get("kind", "").isidentifier() else "",
        state=_value(ItemState, arguments.get("state")), owner=owner if known else "",
        due=_value(ItemDue, arguments.get("due")), words=rules.search_words(arguments.get("q", "")))


def item_query(wanted: ItemFilter, typed: str) -> dict[str, str]:
    """The address of a filter of compliance items, without what is left at its default."""
    pairs = {"view": wanted.view if wanted.view is not ItemView.OPEN else "", "kind": wanted.kind,
             "state": wanted.state, "owner": wanted.owner, "due": wanted.due, "q": typed if wanted.words else ""}
    return {name: str(value) for name, value in pairs.items() if value}


def _value(kind: type[ValueT], text: str | None) -> ValueT | None:
    return kind(text) if text in set(kind) else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None if not text else UUID(int=0)
