"""Handing out work, and what leases, queues and clocks are read from."""
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import bindparam, literal_column, select, text

from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.core.reads import write_in_one_trip
from castingops.moderation.models import Case, CaseLease, HolidayRow, QueueRow
from castingops.moderation.types.queues import Holiday, Queue

_AHEAD = 24  # free cases looked at: more than moderators who press the key in the same instant
_TRIES = 5


class Held(Struct):
    """A case that is in somebody's hands now."""

    id: UUID
    ref: str
    token: UUID
    until: datetime


# One statement is one transaction: whoever finds a row locked takes the one after it, and nobody waits. A case whose
# lease ran out counts as free before the sweep has come by; its lease is closed here.
_HAND_OUT = """
with mine as (
  select id from cases
  where state = 'open' and assigned_to = %(me)s and lease_until > %(now)s
  order by queue_rank, due_at, id limit 1),
best as (
  (select id, queue_rank, due_at from cases
   where state = 'open' and assigned_to is null and paused_at is null and {where}
   order by queue_rank, due_at, id limit {ahead})
  union all
  (select id, queue_rank, due_at from cases
   where lease_token is not null and lease_until <= %(now)s and state = 'open' and paused_at is null
     and {where}
   order by lease_until limit {ahead})),
picked as (
  select c.id, c.lease_token as old from best join cases c on c.id = best.id
  where c.state = 'open' and c.paused_at is null and (c.lease_token is null or c.lease_until <= %(now)s)
    and not exists (select from mine)
  order by best.queue_rank, best.due_at, best.id limit 1 for update of c skip locked),
chosen as (select id from mine union all select id from picked),
held as (
  update cases c
  set assigned_to = %(me)s, lease_until = %(until)s,
      lease_token = case when lease_until > %(now)s then lease_token else %(token)s end
  where c.id = (select id from chosen) and c.state = 'open'
    and (c.lease_token is null or c.lease_until <= %(now)s or c.assigned_to = %(me)s)
  returning c.id, c.ref, c.lease_token),
ended as (
  update case_leases set ended_at = %(now)s, ended_how = 'expired'
  where token = (select old from picked) and ended_at is null),
kept as (
  insert into case_leases (case_id, token, holder_id, how, started_at)
  select id, lease_token, %(me)s, 'next', %(now)s from held where lease_token = %(token)s)
select held.id, held.ref, held.lease_token, exists (select from best) from (values (1)) one left join held on true"""


# A CASE: the planner expects a bare comparison with an array to let nothing through, and then sorts all cases.
_MAY = "case when %(me)s = any (barred) then false else true end"
_OF_ONE = f"queue = %(queue)s and {_MAY}"
_OF_MINE = ("case when %(me)s = any (barred) or queue = any (array(select code from queues where roles <> '[]'"
            " and not roles ?| cast(%(roles)s as text[]))) then false else true end")  # but those that only others work
_HAND_OUTS = {one: _HAND_OUT.format(where=_OF_ONE if one else _OF_MINE, ahead=_AHEAD) for one in (True, False)}


def hand_out(*, actor: Actor, token: UUID, now: datetime, until: datetime, queue: str = "") -> Held | None:
    """Put a case into the actor's hands: the one they hold already, else the first free one in the order of priority.

    Of one queue, else of those that the actor works. A transaction of its own, in one round trip. When others were
    given everything that stood free as it looked, it looks again.
    """
    values = {"me": actor.user_id, "token": token, "now": now, "until": until, "queue": queue,
              "roles": list(actor.roles)}
    for _ in range(_TRIES):
        case_id, ref, held, any_free = write_in_one_trip(actor, _HAND_OUTS[bool(queue)], values)[0]
        if case_id is not None:
            return Held(case_id, ref, held, until)
        if not any_free:
            break
    return None


def find_lease(token: UUID) -> CaseLease | None:
    """The lease with this token, live or over."""
    return session().scalar(select(CaseLease).where(CaseLease.token == token))


HELD = (
    select(Case.id, Case.ref, Case.lease_token.label("token"), Case.lease_until.label("until"))
    .where(Case.state == literal_column("'open'"), Case.assigned_to == bindparam("me"),
           Case.lease_until > bindparam("now", type_=Case.lease_until.type))
    .order_by(Case.lease_until).limit(literal_column("20")))


UNTOLD = (
    select(CaseLease.id, Case.ref, CaseLease.ended_by.label("by"), CaseLease.ended_at.label("at"), CaseLease.reason)
    .join(Case, Case.id == CaseLease.case_id)
    .where(CaseLease.holder_id == bindparam("me"), CaseLease.ended_how == literal_column("'taken_over'"),
           CaseLease.seen_at.is_(None))
    .order_by(CaseLease.ended_at.desc()).limit(literal_column("10")))
_SWEEP = text("""
with gone as (
  select id, lease_token, lease_until from cases
  where lease_token is not null and lease_until <= :now for update skip locked),
freed as (
  update cases set assigned_to = null, lease_token = null, lease_until = null where id in (select id from gone))
update case_leases l set ended_at = gone.lease_until, ended_how = 'expired'
from gone where l.token = gone.lease_token and l.ended_at is null returning l.id""")


def sweep_leases(now: datetime) -> int:
    """Give back every case whose lease ran out; how many."""
    return len(session().execute(_SWEEP, {"now": now}).all())


def list_holidays(first: date | None = None) -> list[Holiday]:
    """Days off by date, from `first` on."""
    rows = session().execute(
        select(HolidayRow.day, HolidayRow.title_en, HolidayRow.title_ar, HolidayRow.moves, HolidayRow.id)
        .where(HolidayRow.day >= (first or date.min)).order_by(HolidayRow.day))
    return [Holiday(*row) for row in rows]


QUEUES = (
    select(QueueRow.code, QueueRow.title_en, QueueRow.title_ar, QueueRow.kind, QueueRow.language, QueueRow.minor,
           QueueRow.priority_from, QueueRow.roles, QueueRow.is_default, QueueRow.id, QueueRow.position,
           QueueRow.version)
    .where(QueueRow.retired_at.is_(None)).order_by(QueueRow.is_default, QueueRow.position, QueueRow.id))


def list_queues() -> list[Queue]:
    """The queues in the order in which their rules are tried, the default last."""
    return [Queue(*row) for row in session().execute(QUEUES)]
