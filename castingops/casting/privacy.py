"""What casting holds of a person: exported whole, erased with what is published."""
from typing import Any
from uuid import UUID

from sqlalchemy import select

from castingops.casting.models import (
    ApplicationNote,
    ApplicationRow,
    ProfileRevision,
    ProfileTerm,
    PublishedProfile,
    ShareLink,
    ShareView,
    TalentProfile,
)
from castingops.casting.queries import applications as queries
from castingops.core.actor import Actor, system
from castingops.core.db import entered_org, session
from castingops.core.privacy import Model, erase_where, labels, table_of

MODELS: tuple[Model, ...] = (ShareView, ShareLink, PublishedProfile, ProfileRevision, ProfileTerm, TalentProfile)
SENT: tuple[Model, ...] = (ApplicationRow, ApplicationNote)  # their hirers' rows: erased inside each organization


def export(subject_id: UUID, *, actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """The personal columns of this person's working copy, submissions and published profile, by table."""
    actor.entering(subject_id)
    return {table_of(model).name: _rows(model, subject_id) for model in (*MODELS, *SENT)}


def erase(subject_id: UUID, *, actor: Actor) -> None:
    """Erase this person's profile, everything they submitted and what is published. Call it inside the subject.

    The published rows can be written by staff and system only; their languages go with them by foreign key.
    """
    actor.entering(subject_id)
    for org_id in queries.orgs_applied_to(subject_id):
        with entered_org(system(), org_id):
            queries.drop_applications_of(subject_id, org_id)
    for model in MODELS:
        session().execute(erase_where(model, table_of(model).c.subject_id == subject_id))


def _rows(model: Model, subject_id: UUID) -> list[dict[str, Any]]:
    table = table_of(model)
    columns = [table.c[name] for name in labels(model)]
    rows = session().execute(select(*columns).where(table.c.subject_id == subject_id).order_by(table.c.id))
    return [dict(row) for row in rows.mappings()]
