"""Telling a person what was decided about them, in the words that were approved."""
from uuid import UUID

from castingops.core.actor import Actor
from castingops.core.messages import N_
from castingops.moderation.queries import decisions as rows
from castingops.moderation.service.subjects import kind_of
from castingops.moderation.types import Outcome
from castingops.notifications import service as notifications
from castingops.notifications.service import Bilingual, Template

STATED = notifications.define(Template(
    "moderation.decision.stated",
    subject=N_("A decision about you"),
    body=N_("We have decided about something that concerns you. The reasons are these.\n\n%(statement)s"),
    placeholders={"statement"}))
OVERTURNED = notifications.define(Template(
    "moderation.decision.overturned",
    subject=N_("We have overturned a decision about you"),
    body=N_("Our decision was not right, so we have overturned it. What it took from you is back, and its strike no"
            " longer counts. We apologise.\n\n%(statement)s"),
    placeholders={"statement"}))


def tell_person(decision_id: UUID, *, actor: Actor, remedy: Bilingual | None = None) -> None:
    """Tell the entered person of a decision in effect, unless the thing's own feature does.

    `remedy` says how to appeal, below the reasons. A decision without a statement of its own (an appeal's effect on
    the appealed one) is told by the one that has it.
    """
    told, decision = rows.find_told(actor.subject, decision_id), rows.find_decision(decision_id)
    if told is None or decision is None:
        return
    if decision.override_of is None and kind_of(told.kind).tells:
        return
    is_taken_back = decision.override_of is not None and told.outcome == Outcome.APPROVE
    template = OVERTURNED if is_taken_back else STATED
    more = remedy or Bilingual("", "")
    statement = Bilingual(en=f"{told.statement_en}\n\n{more.en}".strip(),
                          ar=f"{told.statement_ar}\n\n{more.ar}".strip())
    notifications.notify(template.name, actor=actor, recipient=actor.subject, values={"statement": statement})
