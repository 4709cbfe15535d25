"""What the console posts and asks for. Bounds live in rules; a form only reads."""
import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, IntegerField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired

from castingops.core.arabic import fold_digits, tidy
from castingops.core.messages import N_
from castingops.moderation import rules
from castingops.moderation.errors import InvalidBulk, InvalidDecision, InvalidHoliday, InvalidItem
from castingops.moderation.types import Draft, Due, Held, Language, Outcome, QueueFilter, View, Waiting
from castingops.moderation.types.bulk import BulkAct, BulkDraft
from castingops.moderation.types.decisions import HARMFUL, Action, ActionKind, Seen
from castingops.moderation.types.items import NOBODY, ItemDue, ItemFilter, ItemState, ItemView
from castingops.moderation.types.queues import Holiday, Queue

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
    revision = IntegerField()
    lease_token = StringField()
    suspend_days = StringField()

    def __init__(self, formdata: MultiDict[str, str] | None = None) -> None:
        super().__init__(formdata)
        # several boxes of one name, as a browser sends them
        self.chosen = tuple(formdata.getlist("actions")) if formdata is not None else ()
        self.chosen_photos = tuple(formdata.getlist("photos")) if formdata is not None else ()

    def draft(self) -> Draft:
        """The draft, once validated. A policy that cannot be one is like one that does not exist.

        An approval states no breach: a policy typed for another outcome is left aside; what becomes of the facts
        is the service's to say, since an appeal that is upheld has reasons too.
        """
        note, outcome = tidy(self.note.data or ""), Outcome(self.outcome.data or "")
        if outcome is Outcome.APPROVE:
            kind_acts = tuple(action for action in self._actions() if action.kind not in HARMFUL)
            return Draft(outcome=outcome, policy_id=None, note=note, actions=kind_acts,
                         facts_en=tidy(self.facts_en.data or ""), facts_ar=tidy(self.facts_ar.data or ""))
        return Draft(outcome=outcome, policy_id=as_uuid(self.policy.data or ""), note=note, actions=self._actions(),
                     facts_en=tidy(self.facts_en.data or ""), facts_ar=tidy(self.facts_ar.data or ""))

    def seen(self) -> Seen:
        """What the page showed; numbers that are none match nothing."""
        return Seen(self.seen_version, _number(self.revision.data), as_uuid(self.lease_token.data or ""))

    @property
    def seen_version(self) -> int:
        """The version of the case that the page showed; one that is no number matches none."""
        return _number(self.version.data)

    def _actions(self) -> tuple[Action, ...]:
        """The acts that were ticked; one for each photo to remove. Rules say what is wrong with them."""
        made: list[Action] = []
        for name in dict.fromkeys(self.chosen):
            kind = _value(ActionKind, name)
            if kind is ActionKind.REMOVE_PHOTO:
                made += [Action(kind, as_uuid(photo)) for photo in self.chosen_photos or ("",)]
            elif kind is ActionKind.SUSPEND:
                typed = fold_digits(self.suspend_days.data or "").strip()
                made.append(Action(kind, None, {"days": int(typed) if typed.isdecimal() and len(typed) < 5 else 0}))
            elif kind is None:  # never leave out what was asked for and decide all the same
                raise InvalidDecision(actions=N_("One of these actions does not exist here."))
            else:
                made.append(Action(kind))
        return tuple(made)


class NoteForm(Form):
    """A note for colleagues."""

    note = TextAreaField()


class QueueForm(Form):
    """A queue's names and rule as typed."""

    title_en = StringField()
    title_ar = StringField()
    kind = StringField()
    language = StringField()
    minor = StringField()
    priority_from = StringField()
    version = IntegerField()

    def __init__(self, formdata: MultiDict[str, str] | None = None) -> None:
        super().__init__(formdata)
        self.roles = tuple(formdata.getlist("roles")) if formdata is not None else ()

    def draft(self) -> Queue:
        """The queue as typed; rules say what is wrong with it."""
        points = fold_digits(self.priority_from.data or "").strip() or "0"
        return Queue("", self.title_en.data or "", self.title_ar.data or "", kind=self.kind.data or "",
                     language=self.language.data or "", minor={"yes": True, "no": False}.get(self.minor.data or ""),
                     priority_from=int(points) if points.isdecimal() and len(points) < 5 else -1, roles=self.roles)

    @property
    def seen_version(self) -> int:
        """The version that the page showed."""
        return _number(self.version.data)


class HolidayForm(Form):
    """A day off as typed."""

    day = StringField()
    title_en = StringField()
    title_ar = StringField()
    moves = StringField()

    def holiday(self) -> Holiday:
        """The day as typed. Errors: InvalidHoliday when it is no date."""
        try:
            day = date.fromisoformat(fold_digits(self.day.data or "").strip())
        except ValueError as error:
            raise InvalidHoliday(day=N_("Choose a day.")) from error
        return Holiday(day, self.title_en.data or "", self.title_ar.data or "", moves=bool(self.moves.data))


def queue_filter(arguments: Mapping[str, str]) -> QueueFilter:
    """The filter that an address names. What it cannot mean is left out: an old bookmark still opens."""
    return QueueFilter(
        view=_value(View, arguments.get("view")) or View.OPEN,
        kind=arguments.get("kind", "") if arguments.get("kind", "").isidentifier() else "",
        language=_value(Language, arguments.get("language")),
        due=_value(Due, arguments.get("due")),
        waiting=_value(Waiting, arguments.get("waiting")),
        outcome=_value(Outcome, arguments.get("outcome")), words=rules.search_words(arguments.get("q", "")),
        queue=arguments.get("queue", "") if _CODE.fullmatch(arguments.get("queue", "")) else "",
        minor={"yes": True, "no": False}.get(arguments.get("minor", "")), held=_value(Held, arguments.get("held")))


_CODE = re.compile(r"[a-z0-9-]{1,60}")


def query_of(wanted: QueueFilter, typed: str) -> dict[str, str]:
    """The address of a filter, without what is left at its default."""
    pairs = {"view": wanted.view if wanted.view is not View.OPEN else "", "kind": wanted.kind,
             "language": wanted.language, "due": wanted.due, "waiting": wanted.waiting, "outcome": wanted.outcome,
             "queue": wanted.queue, "minor": {True: "yes", False: "no", None: ""}[wanted.minor], "held": wanted.held,
             "q": typed if wanted.words else ""}
    return {name: str(value) for name, value in pairs.items() if value}


class BulkForm(Form):
    """What is to be done to every case of a frozen list."""

    act = StringField()
    policy = StringField()
    facts_en = TextAreaField()
    facts_ar = TextAreaField()
    note = TextAreaField()
    queue = StringField()

    def draft(self) -> BulkDraft:
        """What was chosen and typed. Errors: InvalidBulk when nothing was chosen."""
        act = _value(BulkAct, self.act.data)
        if act is None:
            raise InvalidBulk(act=N_("Choose what to do."))
        return BulkDraft(act=act, policy_id=as_uuid(self.policy.data or ""), facts_en=tidy(self.facts_en.data or ""),
                         facts_ar=tidy(self.facts_ar.data or ""), note=tidy(self.note.data or ""),
                         queue=self.queue.data or "")


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
    known = owner == NOBODY or as_uuid(owner) not in (None, UUID(int=0))
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


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def as_uuid(text: str) -> UUID | None:
    """The id that a form names; none for no text, one that nothing has for what cannot be one."""
    try:
        return UUID(text)
    except ValueError:
        return None if not text else UUID(int=0)
