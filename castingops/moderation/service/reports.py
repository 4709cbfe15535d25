"""Reports: taken in from people, folded into one case per thing, answered when the case is decided."""
from collections.abc import Callable
from uuid import UUID

from castingops.audit import service as audit
from castingops.casting import service as casting
from castingops.casting.service import calls
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.db import hold, save
from castingops.core.ids import new_id
from castingops.core.messages import N_, Message
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.media import service as media
from castingops.moderation.errors import (
    EvidenceFull,
    InvalidReport,
    ReportedNotFound,
    ReportIsClosed,
    ReportNotFound,
    ReportsTooMany,
)
from castingops.moderation.events import ReportDecided, ReportReceived
from castingops.moderation.models import Case
from castingops.moderation.models.reports import Report
from castingops.moderation.queries import reports as rows
from castingops.moderation.queries.reports import ReportRow
from castingops.moderation.rules import reports as report_rules
from castingops.moderation.service import cases, casting_calls, profiles
from castingops.moderation.service.reported import KIND, ReportedThings
from castingops.moderation.service.timeline import add_event
from castingops.moderation.types import CaseEventKind, Outcome
from castingops.moderation.types.reports import (
    EVIDENCE_MAX,
    OPEN_REPORTS_MAX,
    REPORT_OUTCOMES,
    Folding,
    ReportDraft,
    Reported,
    ReportOutcome,
    ReportReason,
    ReportState,
    Tally,
    What,
)
from castingops.notifications import service as notifications
from castingops.notifications.service import Template

Finder = Callable[[What], Reported | None]

CLOSED = notifications.define(Template(
    "moderation.report.closed",
    subject=N_("Your report has been reviewed"),
    body=N_("Thank you for your report. %(outcome)s\n\nWe do not tell anyone who reported something."),
    placeholders={"outcome"}))
OVERTURNED = notifications.define(Template(
    "moderation.report.overturned",
    subject=N_("The outcome of your report has changed"),
    body=N_("We looked at our decision about your report a second time and changed it. %(outcome)s\n\n"
            "We do not tell anyone who reported something."),
    placeholders={"outcome"}))

_FINDERS: dict[str, Finder] = {}


def register_reportable(kind: str, find: Finder) -> None:
    """Say how a kind of thing is found by what people know of it: `find` answers None for what they cannot see."""
    _FINDERS[kind] = find


def submit(draft: ReportDraft, *, actor: Actor) -> ReportRow:
    """Take in a report of something the actor can see. It is folded into a case right after.

    Errors: InvalidReport, ReportedNotFound for what is not there to be seen, ReportsTooMany, AlreadyReported.
    """
    checked, reported = report_rules.checked_report(draft), _find(draft.what)
    if reported.subject_id == actor.subject:
        raise InvalidReport(what=N_("This is your own. You can change it yourself."))
    hold(f"reports of {actor.subject}")
    if rows.count_open_reports(actor.subject) >= OPEN_REPORTS_MAX:
        raise ReportsTooMany(retry_after=3600)
    report = Report(
        subject_id=actor.subject, id=new_id(), kind=reported.kind, thing_id=draft.what.id,
        entity_id=reported.entity_id, reported_id=reported.subject_id, revision=reported.revision,
        reason=checked.reason, body=checked.text, links="\n".join(checked.links), evidence=[],
        state=ReportState.RECEIVED, created_at=clock.now())
    save(report)
    audit.record("moderation.report.send", actor=actor, entity="report", entity_id=report.id,
                 subject_id=actor.subject, purpose=Purpose.MODERATION,
                 after={"kind": report.kind, "reason": report.reason})
    publish(ReportReceived(subject_id=actor.subject, report_id=report.id))
    return rows.row_of_report(report)


def _find(what: What) -> Reported:
    if what.kind not in _FINDERS:
        raise InvalidReport(what=N_("Things of this kind cannot be reported here."))
    found = _FINDERS[what.kind](what)
    if found is None:
        raise ReportedNotFound
    return found


def add_evidence(report_id: UUID, data: bytes, *, actor: Actor) -> ReportRow:
    """Add a picture to one's own report, redrawn by the sandbox that photos go through.

    Errors: ReportNotFound, ReportIsClosed, EvidenceFull, an UploadRefused.
    """
    report = rows.find_report(actor.subject, report_id, lock=True)
    if report is None:
        raise ReportNotFound
    if report.state == ReportState.CLOSED:
        raise ReportIsClosed
    kept = report.evidence or []
    if len(kept) >= EVIDENCE_MAX:
        raise EvidenceFull
    picture = media.keep_picture(data)
    try:
        report.evidence = [*kept, picture]
        save(report)
    except Exception:
        media.destroy_files([picture])
        raise
    audit.record("moderation.report.add_evidence", actor=actor, entity="report", entity_id=report.id,
                 subject_id=actor.subject, purpose=Purpose.MODERATION, details={"pictures": len(report.evidence)})
    return rows.row_of_report(report)


def list_own(*, actor: Actor, cursor: str | None) -> Page[ReportRow]:
    """The actor's reports, newest first. Errors: Invalid for a cursor that was never ours."""
    return rows.list_own_reports(actor=actor, cursor=cursor)


def get_own(report_id: UUID, *, actor: Actor) -> ReportRow:
    """One of the actor's reports. Errors: ReportNotFound, also for somebody else's."""
    report = rows.find_report(actor.subject, report_id)
    if report is None:
        raise ReportNotFound
    return rows.row_of_report(report)


# Folding ------------------------------------------------------------------------------------------------------------

def fold(report_id: UUID, *, actor: Actor) -> None:
    """Put a new report into the one case of its thing, or answer it when that was decided already.

    The actor is the system inside the reporter. Reports of one thing are folded one after the other; delivered twice
    it changes nothing.
    """
    report = rows.find_report(actor.subject, report_id, lock=True)
    if report is None or report.state != ReportState.RECEIVED:
        return
    hold(f"report {report.entity_id}")
    case = rows.lock_undecided(KIND, report.entity_id)
    reviewed = rows.find_reviewed(KIND, report.entity_id, report.reported_id)
    act = report_rules.folding(
        revision=report.revision, open_revision=case.subject_revision if case else None,
        reviewed_revision=reviewed[1] if reviewed else None, reason=report.reason)
    if act is Folding.REVIEWED and reviewed is not None:
        report.case_id = reviewed[0]
        _close(report, ReportOutcome.REVIEWED_ALREADY, actor=actor)
        return
    if case is None:
        case = _open(report, actor=actor)
    _join(report, case, moved=act is Folding.MOVE_ON, actor=actor)


def _open(report: Report, *, actor: Actor) -> Case:
    submission = ReportedThings().look(_reported(report), [], actor=actor)
    first = Tally({report.reason: 1}, 1)
    return cases.open_case(KIND, submission, report_rules.report_priority(first, minor=submission.minor), actor=actor)


def _join(report: Report, case: Case, *, moved: bool, actor: Actor) -> None:
    """A flood must not keep anyone from deciding: one more report leaves the case's version alone, unless it is the
    first about a child or about a newer revision. Then what was being decided is read again."""
    before = rows.tally(case.id)
    report.case_id, report.state = case.id, ReportState.IN_REVIEW
    save(report)
    tally = rows.tally(case.id)
    reasons = report_rules.report_priority(tally, minor=case.minor)
    if moved:
        cases.move_on(case, ReportedThings().look(_reported(report), [], actor=actor), reasons, actor=actor)
    elif before.reports:
        first_of_a_child = report.reason == ReportReason.CHILD_SAFETY and report.reason not in before.reasons
        cases.raise_priority(case, reasons, quietly=not first_of_a_child)
    if report_rules.is_told(tally.reports):
        add_event(case, CaseEventKind.REPORTED, actor=actor, reason=report.reason, count=tally.reports)


def _reported(report: Report) -> Reported:
    return Reported(report.kind, report.entity_id, report.reported_id, report.revision)


# Answers ------------------------------------------------------------------------------------------------------------

def announce(case_id: UUID, outcome: Outcome, *, overturned: bool, actor: Actor) -> None:
    """Have everyone who reported into a case told of its decision, each in a transaction of their own."""
    verdict = ReportOutcome.BREACH if outcome is Outcome.REJECT else ReportOutcome.NO_BREACH
    for subject_id, report_id in rows.ids_of_case(case_id):
        publish(ReportDecided(subject_id=subject_id, report_id=report_id, outcome=verdict, overturned=overturned))


def answer(report_id: UUID, verdict: ReportOutcome, *, overturned: bool, actor: Actor) -> None:
    """Close one report and tell its sender; after an overturned decision tell them again.

    The actor is the system inside the reporter. Delivered twice it changes nothing.
    """
    report = rows.find_report(actor.subject, report_id, lock=True)
    if report is None:
        return
    if not overturned:
        if report.state != ReportState.CLOSED:
            _close(report, verdict, actor=actor)
        return
    if report.outcome == verdict:
        return
    report.state, report.closed_at, report.overturned_at = ReportState.CLOSED, clock.now(), clock.now()
    report.outcome = verdict
    save(report)
    _record(report, actor, overturned=True)
    notifications.notify(OVERTURNED.name, actor=actor, recipient=actor.subject, values={"outcome": said(verdict)})


def _close(report: Report, outcome: ReportOutcome, *, actor: Actor) -> None:
    report.state, report.outcome, report.closed_at = ReportState.CLOSED, outcome, clock.now()
    save(report)
    _record(report, actor, overturned=False)
    notifications.notify(CLOSED.name, actor=actor, recipient=actor.subject, values={"outcome": said(outcome)})


def _record(report: Report, actor: Actor, *, overturned: bool) -> None:
    audit.record("moderation.report.close", actor=actor, entity="report", entity_id=report.id,
                 subject_id=report.subject_id, purpose=Purpose.MODERATION,
                 after={"outcome": report.outcome, "overturned": overturned})


def said(outcome: str) -> Message:
    """What a reporter reads of an outcome: nothing of whom they reported."""
    return REPORT_OUTCOMES[outcome]


# What can be reported ------------------------------------------------------------------------------------------------

def _find_profile(what: What) -> Reported | None:
    shown = casting.find_shown(what.id)
    return Reported(profiles.KIND, shown.subject_id, shown.subject_id, shown.revision) if shown else None


def _find_photo(what: What) -> Reported | None:
    """A photo never changes: it has one revision."""
    shown = casting.find_shown(what.profile_id) if what.profile_id else None
    if shown is None or what.id not in shown.photo_ids:
        return None
    return Reported("photo", what.id, shown.subject_id, 1)


def _find_call(what: What) -> Reported | None:
    """A casting call that talent can see; who made it stands for it."""
    seen = calls.find_seen(what.id)
    return Reported(casting_calls.KIND, what.id, seen.owner_id, seen.revision) if seen else None


register_reportable(profiles.KIND, _find_profile)
register_reportable(casting_calls.KIND, _find_call)
register_reportable("photo", _find_photo)
