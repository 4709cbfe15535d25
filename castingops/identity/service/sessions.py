"""Open sign-ins as their owner sees them, and their end: of an app, of the console, by colleagues (ID-6, MED-01)."""
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.db import entered, session
from castingops.core.errors import NotSignedIn
from castingops.core.privacy import Purpose
from castingops.identity import queries, rules
from castingops.identity.errors import AccountNotFound
from castingops.identity.errors.sessions import SessionNotFound
from castingops.identity.models import StaffSessionRow, User
from castingops.identity.queries.sessions import Found
from castingops.identity.service import apps
from castingops.identity.service.accounts import change_password, get_user
from castingops.identity.types import AccountKind, OpenSession, Tokens


def list_own(*, actor: Actor) -> list[OpenSession]:
    """One's own open sign-ins in the apps, the last used first; at most 100."""
    settings, now = current_settings(), clock.now()
    found = queries.list_families(actor.subject, epoch=get_user(actor.subject).epoch, at=now,
                                  idle_since=now - timedelta(days=settings.refresh_idle_days))
    return _shown(found, actor)


def end_own(session_id: UUID, *, actor: Actor) -> None:
    """End one of one's own sign-ins. Errors: SessionNotFound: another's, over, or none."""
    if not apps.end_family(session_id, "ended", actor=actor):
        raise SessionNotFound


def end_own_others(*, actor: Actor) -> int:
    """End all of one's own sign-ins but the one at work; how many."""
    return sum(apps.end_family(one.id, "ended", actor=actor) for one in list_own(actor=actor) if not one.current)


def renew_password(*, actor: Actor, current: str, new: str) -> Tokens:
    """Change one's own password: every other sign-in ends, and this one goes on with new tokens.

    Errors: as `change_password`; NotSignedIn when this sign-in ended meanwhile, and nothing is changed then.
    """
    tokens = apps.keep_family(actor.session_id, change_password(actor=actor, current=current, new=new), actor=actor)
    if tokens is None:
        raise NotSignedIn
    return tokens


def list_staff_sessions(user_id: UUID, *, actor: Actor) -> list[OpenSession]:
    """The open console sessions of a member of staff, the last used first; at most 100. Errors: AccountNotFound."""
    _colleague(user_id)
    settings, now = current_settings(), clock.now()
    found = queries.list_staff_sessions(
        user_id, opened_since=now - timedelta(hours=settings.session_absolute_hours),
        seen_since=now - timedelta(minutes=settings.session_idle_minutes))
    return _shown(found, actor)


def end_staff_session(user_id: UUID, session_id: UUID, *, actor: Actor) -> None:
    """End a console session, one's own or a colleague's. Errors: AccountNotFound, SessionNotFound."""
    _colleague(user_id)
    if not _end_staff(user_id, session_id, actor=actor):
        raise SessionNotFound


def end_staff_sessions(user_id: UUID, *, actor: Actor) -> int:
    """End all console sessions of a member of staff but the one at work; how many. Errors: AccountNotFound."""
    return sum(_end_staff(user_id, one.id, actor=actor) for one in list_staff_sessions(user_id, actor=actor)
               if not one.current)


def _colleague(user_id: UUID) -> User:
    user = get_user(user_id)
    if user.kind != AccountKind.STAFF:
        raise AccountNotFound
    return user


def _end_staff(user_id: UUID, session_id: UUID, *, actor: Actor) -> bool:
    mine = update(StaffSessionRow).where(StaffSessionRow.subject_id == user_id, StaffSessionRow.id == session_id,
                                         StaffSessionRow.ended_at.is_(None))
    with entered(actor, user_id) as inside:
        ended = session().scalar(mine.values(ended_at=clock.now()).returning(StaffSessionRow.id)) is not None
        if ended:
            audit.record("identity.session.end", actor=inside, entity="staff_session", entity_id=session_id,
                         purpose=Purpose.SECURITY)
    return ended


def _shown(found: Found, actor: Actor) -> list[OpenSession]:
    return [OpenSession(id=id_, device=rules.device_of(agent), network=rules.network_of(ip), created_at=created,
                        last_used_at=used, current=id_ == actor.session_id)
            for id_, created, used, ip, agent in found]
