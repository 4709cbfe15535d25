"""Saved views: a filter of the queue under a name, one's own or shared with the colleagues."""
from collections.abc import Mapping
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.arabic import tidy
from castingops.core.db import save, session
from castingops.core.messages import N_
from castingops.moderation.errors import InvalidSavedView, SavedViewNotFound
from castingops.moderation.models import SavedViewRow
from castingops.moderation.queries import queues
from castingops.moderation.rules.names import name_problem
from castingops.moderation.types.queues import SAVED_MAX, VIEW_NAME_MAX, SavedView


def list_views(*, actor: Actor) -> list[SavedView]:
    """The actor's own views, then those that colleagues share."""
    return queues.list_views(actor.user_id)


def save_view(name: str, query: Mapping[str, str], *, actor: Actor, shared: bool) -> SavedView:
    """Keep a filter under a name. Errors: InvalidSavedView for a bad or used name, for no filter, for too many."""
    words = _checked_name(name, actor)
    if not query:
        raise InvalidSavedView(name=N_("Filter the queue first: this view shows everything."))
    if queues.count_views_of(actor.user_id) >= SAVED_MAX:
        raise InvalidSavedView(name=N_("You keep %(max)d views already: delete one first.", max=SAVED_MAX))
    row = SavedViewRow(owner_id=actor.user_id, name=words, query=dict(query), shared=shared, created_at=clock.now())
    save(row)
    return SavedView(row.id, row.owner_id, row.name, row.query, row.shared)


def change_view(view_id: UUID, name: str, *, actor: Actor, shared: bool) -> None:
    """Rename one's own view, share it or keep it to oneself. Errors: SavedViewNotFound, InvalidSavedView."""
    row = _own(view_id, actor)
    row.name, row.shared = _checked_name(name, actor, but=view_id), shared
    save(row)


def delete_view(view_id: UUID, *, actor: Actor) -> None:
    """Forget one's own view. Errors: SavedViewNotFound, also for a colleague's."""
    session().delete(_own(view_id, actor))
    session().flush()


def _own(view_id: UUID, actor: Actor) -> SavedViewRow:
    row = queues.lock_view(view_id, actor.user_id)
    if row is None:
        raise SavedViewNotFound
    return row


def _checked_name(name: str, actor: Actor, *, but: UUID | None = None) -> str:
    problem, words = name_problem(name, VIEW_NAME_MAX), tidy(name)
    mine = (view for view in queues.list_views(actor.user_id) if view.owner_id == actor.user_id and view.id != but)
    if not problem and any(view.name == words for view in mine):
        problem = N_("You have a view of this name.")
    if problem:
        raise InvalidSavedView(name=problem)
    return words
