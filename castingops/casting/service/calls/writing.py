"""Casting calls are written: made, changed, copied, and deleted before anybody saw them."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from castingops.casting.errors.calls import CallChanged, CallPublished, InvalidCall
from castingops.casting.events.calls import CallWithdrawn
from castingops.casting.models import CastingCall
from castingops.casting.queries import calls as queries
from castingops.casting.rules import calls as rules
from castingops.casting.service.calls import base, showing, submitting
from castingops.casting.types.calls import CallFields, CallStatus, CallView, ChangeStatus, EditEffect, Weight
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.organizations.service import is_member

_NOT_COPIED = ("deadline", "rehearsal_from", "rehearsal_to", "shoot_from", "shoot_to", "permit_number", "permit_until")


def create_call(document: Mapping[str, Any], *, actor: Actor) -> CallView:
    """Make a draft; the actor is its owner and, unless it names another member, whom talent ask for.

    Errors: InvalidCall with every wrong field, CallMissing, OrganizationClosing.
    """
    base.check_active(actor)
    empty = CallFields(contact_id=actor.user_id)
    fields = rules.checked_change(document, empty, now=clock.now())
    return base.view_of(_made(fields, actor=actor), fields)


def duplicate_call(call_id: UUID, *, actor: Actor) -> CallView:
    """Make a draft out of a call, whatever became of it; dates and permission document are not copied.

    Errors: CallNotFound, OrganizationClosing.
    """
    base.check_active(actor)
    source = base.fields_of(base.get_row(call_id, actor=actor, lock=False))
    roles = tuple(msgspec.structs.replace(role, id=new_id()) for role in source.roles)
    contact = source.contact_id if source.contact_id and is_member(source.contact_id, actor=actor) else actor.user_id
    fields = msgspec.structs.replace(source, **dict.fromkeys(_NOT_COPIED), roles=roles, contact_id=contact)
    return base.view_of(_made(fields, actor=actor, copy_of=call_id), fields)


def change_call(call_id: UUID, document: Mapping[str, Any], *, actor: Actor, seen_version: int) -> CallView:
    """Change what `document` names. What that leads to is `rules.after_edit`'s to say: a draft keeps it, a call under
    review is sent anew, a published one shows what is cosmetic at once and sends the rest for review.

    Errors: CallNotFound, RankTooLow, OrganizationClosing, CallChanged when it is not at `seen_version` any more,
    CallFinal, InvalidCall, CallMissing; for what is sent, those of `submit_call`.
    """
    row = base.own_row(call_id, actor=actor)
    if row.version != seen_version:
        raise CallChanged(details={"version": row.version})
    before = base.fields_of(row)
    fields = rules.checked_change(document, before, now=clock.now())
    effect = _effect(row, fields)
    _check_contact(before, fields, actor=actor)
    if fields != before:
        base.store(row, before, fields)
        changed = [name for name in fields.__struct_fields__ if getattr(fields, name) != getattr(before, name)]
        base.record("change", row, actor=actor, before=base.plain(before), after=base.plain(fields), changed=changed,
                    version=row.version, effect=effect)
    _follow(effect, row, fields, actor=actor)
    return base.view_of(row, fields)


def delete_call(call_id: UUID, *, actor: Actor) -> None:
    """Delete a call that was never published. Errors: CallNotFound, RankTooLow, OrganizationClosing, CallPublished."""
    row = base.own_row(call_id, actor=actor)
    if row.approved_revision is not None:
        raise CallPublished(details={"status": row.status})
    if row.status == CallStatus.UNDER_REVIEW:
        submitting.supersede(row)
        row.status = CallStatus.DRAFT
        publish(CallWithdrawn(org_id=row.org_id, call_id=row.id))
    row.deleted_at = clock.now()
    save(row)
    base.record("delete", row, actor=actor, after={"status": row.status})


def _made(fields: CallFields, *, actor: Actor, copy_of: UUID | None = None) -> CastingCall:
    _check_contact(CallFields(contact_id=actor.user_id), fields, actor=actor)
    now = clock.now()
    row = CastingCall(org_id=actor.home, id=new_id(), status=CallStatus.DRAFT, last_revision=0,
                      created_by=actor.user_id, created_at=now, updated_at=now)
    base.store(row, CallFields(), fields)
    base.record("create", row, actor=actor, after=base.plain(fields), copy_of=copy_of)
    return row


def _check_contact(before: CallFields, after: CallFields, *, actor: Actor) -> None:
    if after.contact_id != before.contact_id and after.contact_id is not None \
            and not is_member(after.contact_id, actor=actor):
        raise InvalidCall(contact_id=N_("The contact is a member of the organization."))


def _effect(row: CastingCall, fields: CallFields) -> EditEffect:
    change = ChangeStatus(row.change_status) if row.change_status else None
    return rules.after_edit(CallStatus(row.status), change, of_sent=_weight(row, row.last_revision, fields),
                            of_approved=_weight(row, row.approved_revision, fields))


def _weight(row: CastingCall, number: int | None, fields: CallFields) -> Weight:
    """How these fields differ from one submission; wholly where there is none."""
    sent = queries.find_revision(row.org_id, row.id, number) if number else None
    return rules.weigh(base.sent_fields(sent), fields) if sent is not None else Weight.RELIED


def _follow(effect: EditEffect, row: CastingCall, fields: CallFields, *, actor: Actor) -> None:
    if effect is EditEffect.REVIEW:
        submitting.send(row, fields, actor=actor)
    elif effect in (EditEffect.SHOW, EditEffect.DROP):
        _drop_change(row)
        if effect is EditEffect.SHOW:
            showing.touch(row, fields, actor=actor)


def _drop_change(row: CastingCall) -> None:
    """The change under way is not meant any more: the working copy is what was approved, or as good as."""
    if row.change_status == ChangeStatus.UNDER_REVIEW:
        submitting.supersede(row)
        publish(CallWithdrawn(org_id=row.org_id, call_id=row.id))
    row.change_status = None
    save(row)
