"""What talent see of a call is written: at an approval, for a cosmetic edit, and as it closes."""
from castingops.casting.errors.calls import CallNotOpen
from castingops.casting.models import CastingCall, PublishedCall, PublishedRole
from castingops.casting.queries import published_calls as queries
from castingops.casting.service.calls import base, submitting
from castingops.casting.types import RevisionStatus
from castingops.casting.types.calls import HIDDEN_IF_CONFIDENTIAL, CallFields, CallRevisionKind, RoleFields
from castingops.core.actor import Actor
from castingops.core.db import entered_org, save, session

_SHOWN = ("title_ar", "title_en", "project_type", "confidential", "company", "casting_director", "synopsis_ar",
          "synopsis_en", "rehearsal_from", "rehearsal_to", "shoot_from", "shoot_to", "cities", "pay_guaranteed",
          "pay_amount", "pay_basis", "currency", "deadline")


def show(row: CastingCall, fields: CallFields, number: int) -> None:
    """Write the projection of a call and its roles. Call it as the house, inside the organization."""
    shown = queries.find_shown(row.id) or PublishedCall(id=row.id, org_id=row.org_id, published_at=row.published_at)
    for name in _SHOWN:
        hidden = fields.confidential and name in HIDDEN_IF_CONFIDENTIAL
        value = None if hidden else getattr(fields, name)
        setattr(shown, name, list(value) if isinstance(value, tuple) else value)
    shown.revision = number
    shown.openings = sum(role.openings for role in fields.roles)
    shown.minors = any(role.minors for role in fields.roles)
    shown.closed_at, shown.closed_by = row.closed_at, row.closed_by
    save(shown)
    queries.drop_roles(row.id)
    session().add_all(_role(row, role, position) for position, role in enumerate(fields.roles))
    session().flush()


def touch(row: CastingCall, fields: CallFields, *, actor: Actor) -> None:
    """Show a cosmetic edit at once, and keep it as a revision that nobody had to look at. Errors: as `check_gates`."""
    submitting.check_gates(fields)
    submitting.add_revision(row, fields, CallRevisionKind.TOUCH, RevisionStatus.APPROVED, actor=actor)
    row.approved_revision = row.last_revision
    save(row)
    with entered_org(base.house(actor), row.org_id):
        show(row, fields, row.last_revision)


def settle_closed(row: CastingCall, *, actor: Actor) -> None:
    """Say in the projection that a call is closed, or open again. Errors: CallNotOpen for one that nobody sees."""
    with entered_org(actor, row.org_id):
        shown = queries.find_shown(row.id)
        if shown is None:
            raise CallNotOpen
        shown.closed_at, shown.closed_by = row.closed_at, row.closed_by
        save(shown)


def hide(row: CastingCall) -> None:
    """Nobody sees the call any more. Call it as the house."""
    shown = queries.find_shown(row.id)
    if shown is not None:
        session().delete(shown)
        session().flush()


def _role(row: CastingCall, role: RoleFields, position: int) -> PublishedRole:
    shown = PublishedRole(org_id=row.org_id, call_id=row.id, position=position)
    for name in role.__struct_fields__:
        value = getattr(role, name)
        setattr(shown, name, list(value) if isinstance(value, tuple) else value)
    return shown
