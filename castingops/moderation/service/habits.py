"""How each moderator works: own keys, comparisons, and the texts they keep at hand."""
from collections.abc import Mapping
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.arabic import is_storable
from castingops.core.cursor import Page, decode, page_of
from castingops.core.db import save, session
from castingops.core.errors import Conflict, Forbidden
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.moderation import permissions
from castingops.moderation.errors import InvalidQuickReply, QuickReplyNotFound
from castingops.moderation.models import ModeratorSettings, QuickReplyRow
from castingops.moderation.queries import conversations as reads
from castingops.moderation.queries.conversations import SettingsRow
from castingops.moderation.rules import conversations as words
from castingops.moderation.rules import keys as key_rules
from castingops.moderation.types.conversations import QUICK_MAX, QuickReply
from castingops.moderation.types.keys import CAPS, DEFAULT_KEYS, DiffMode, Habits

PAGE = 25


def habits_of(row: SettingsRow | ModeratorSettings | None) -> Habits:
    """The habits that a stored row says; what it cannot mean any more is as usual."""
    if row is None:
        return Habits()
    own = {act: code for act, code in row.keys.items() if act in DEFAULT_KEYS and code in CAPS}
    return Habits(DEFAULT_KEYS | own, row.keys_off, DiffMode(row.diff_mode), row.version)


def my_habits(*, actor: Actor) -> Habits:
    """How the actor works."""
    return habits_of(reads.find_settings(actor.user_id))


def keep_keys(typed: Mapping[str, str], *, keys_off: bool, diff_mode: DiffMode, seen_version: int,
              actor: Actor) -> Habits:
    """Keep the actor's keys and way to compare. Errors: InvalidKeys, Conflict for what changed meanwhile."""
    row = _own(actor)
    if (row.version or 0) != seen_version:
        raise Conflict
    row.keys, row.keys_off, row.diff_mode = key_rules.checked_keys(typed), keys_off, diff_mode
    return _kept(row)


def keep_diff_mode(mode: DiffMode, *, actor: Actor) -> Habits:
    """Remember how the actor compares."""
    row = _own(actor)
    row.diff_mode = mode
    return _kept(row)


def _own(actor: Actor) -> ModeratorSettings:
    row = reads.find_settings(actor.user_id)
    if row is not None:
        return row
    return ModeratorSettings(user_id=actor.user_id, keys={}, keys_off=False, diff_mode=DiffMode.SIDE)


def _kept(row: ModeratorSettings) -> Habits:
    row.updated_at = clock.now()
    save(row)
    return habits_of(row)


# Quick replies ----------------------------------------------------------------------------------------------------

def list_replies(*, actor: Actor, words_: str = "", shared: bool | None = None,
                 cursor: str | None = None) -> Page[QuickReply]:
    """A page of one's own and everybody's quick replies by title. Errors: Invalid for a cursor we never gave."""
    after = decode(cursor, str, UUID)
    if not is_storable(words_):  # no reply holds it
        return Page((), None)
    rows = reads.list_replies(actor.user_id, words=words_.strip(), shared=shared, size=PAGE,
                              after=(after[0], after[1]) if after else None)
    return page_of(rows, size=PAGE, key=lambda row: (row.title_en, row.id))


def get_reply(reply_id: UUID, *, actor: Actor) -> QuickReply:
    """One's own reply or everybody's. Errors: QuickReplyNotFound, for a colleague's own too."""
    row = _reply(reply_id, actor)
    return QuickReply(row.id, row.owner_id, row.title_en, row.title_ar, row.body_en, row.body_ar, row.version)


def keep_reply(typed: Mapping[str, str], *, shared: bool, actor: Actor, reply_id: UUID | None = None,
               seen_version: int = 0) -> None:
    """Add a quick reply, or change one. Errors: InvalidQuickReply, QuickReplyNotFound, QuickReplyExists, Conflict,
    Forbidden for sharing without the right to."""
    if shared:
        actor.require(permissions.SHARE_REPLIES)
    kept, owner = words.checked_quick_reply(typed), None if shared else actor.user_id
    if reply_id is None:
        if reads.count_own_replies(owner) >= QUICK_MAX:
            raise InvalidQuickReply(title_en=N_("There are %(max)d already. Delete one first.", max=QUICK_MAX))
        row = QuickReplyRow(owner_id=owner, created_at=clock.now(), version=1, **kept)
    else:
        row = _changeable(reply_id, actor)
        if row.version != seen_version:
            raise Conflict
        for name, text in kept.items():
            setattr(row, name, text)
        row.owner_id = owner
    save(row)
    _record("moderation.quick_reply.keep", row, actor)


def delete_reply(reply_id: UUID, *, actor: Actor) -> None:
    """Throw a quick reply away. Errors: QuickReplyNotFound, Forbidden for everybody's without the right to."""
    row = _changeable(reply_id, actor)
    session().delete(row)
    session().flush()
    _record("moderation.quick_reply.delete", row, actor)


def may_change(reply: QuickReply, *, actor: Actor) -> bool:
    """Whether the actor may change this reply: their own, or everybody's with the right to."""
    return reply.owner_id is not None or actor.may(permissions.SHARE_REPLIES)


def _reply(reply_id: UUID, actor: Actor) -> QuickReplyRow:
    row = reads.find_reply(reply_id)
    if row is None or row.owner_id not in (None, actor.user_id):
        raise QuickReplyNotFound
    return row


def _changeable(reply_id: UUID, actor: Actor) -> QuickReplyRow:
    row = _reply(reply_id, actor)
    if row.owner_id is None and not actor.may(permissions.SHARE_REPLIES):
        raise Forbidden
    return row


def _record(action: str, row: QuickReplyRow, actor: Actor) -> None:
    audit.record(action, actor=actor, entity="quick_reply", entity_id=row.id, purpose=Purpose.MODERATION,
                 details={"shared": row.owner_id is None})
