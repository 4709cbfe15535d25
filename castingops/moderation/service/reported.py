"""Reported things as a kind that is moderated: the thing as its own kind shows it, and what was said of it."""
from collections.abc import Mapping, Sequence
from uuid import UUID

from castingops.core.actor import Actor
from castingops.core.errors import NotFound
from castingops.core.messages import N_, Message
from castingops.media import service as media
from castingops.media.types import Variant
from castingops.moderation.models.reports import Report
from castingops.moderation.queries import reports as rows
from castingops.moderation.service.subjects import SubjectKind, all_kinds
from castingops.moderation.types import Field, Language, Outcome, Statement, Submission
from castingops.moderation.types.decisions import ActionKind
from castingops.moderation.types.reports import REPORT_REASONS, REPORTS_SHOWN, Accuracy, Reported

KIND = "report"


class ReportedThings:
    """The thing's id is the reported thing's own; its revision is the one that could be seen when it was reported."""

    name = KIND
    title: Message = N_("Report")
    outcomes: Mapping[Outcome, Message] = {Outcome.APPROVE: N_("No breach"), Outcome.REJECT: N_("Breach found")}
    outcome_states = outcomes
    actions: frozenset[ActionKind] = frozenset(ActionKind)
    tells = False

    def load(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission:
        """The reported thing at this revision, below what was said of it. Errors: NotFound when nobody reported it."""
        case_ids = rows.cases_about(entity_id, revision, actor.subject)
        reports = rows.list_reports(case_ids)
        if not reports:
            raise NotFound
        reported = Reported(reports[0].kind, entity_id, actor.subject, revision)
        return self.look(reported, reports, actor=actor, count=rows.count_reports(case_ids))

    def look(self, reported: Reported, reports: Sequence[Report], *, actor: Actor, count: int = 0) -> Submission:
        """The same for reports at hand; what was erased meanwhile is left blank. `actor` is of the house."""
        seen = _look(reported, actor=actor.entering(reported.subject_id))
        evidence = tuple(picture for report in reports for picture in report.evidence or ())
        return Submission(
            entity_id=reported.entity_id, subject_id=reported.subject_id, revision=reported.revision,
            title_en=seen.title_en, title_ar=seen.title_ar, language=seen.language, minor=seen.minor,
            fields=(*_said(reports, count), *seen.fields), photo_ids=(*evidence, *seen.photo_ids))

    def find_approved(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission | None:
        """None: a report is no change of anything."""
        return None

    def effect(self, outcome: Outcome, *, replaces: bool) -> Message:
        """What an outcome means for the thing: by itself nothing, for that there are actions."""
        if outcome is Outcome.APPROVE:
            return N_("What was reported stays as it is.")
        return N_("Those who reported it are told that it breaks the rules.")

    def apply(self, entity_id: UUID, revision: int, outcome: Outcome, policy_code: str, statement: Statement, *,
              actor: Actor) -> None:
        """Nothing by itself: what happens to the thing and the person are the decision's actions."""

    def undo(self, entity_id: UUID, revision: int, outcome: Outcome, *, actor: Actor) -> bool:
        """Nothing to take back: another outcome may follow."""
        return True

    def photo_url(self, photo_id: UUID, *, clear: bool, actor: Actor) -> str:
        """A short-lived address of a photo of the thing, or of a picture that a reporter sent."""
        return media.url_for_photo(photo_id, Variant.LARGE if clear else Variant.BLURRED, removed=True)


def _look(reported: Reported, *, actor: Actor) -> Submission:
    kind: SubjectKind | None = next((kind for kind in all_kinds() if kind.name == reported.kind), None)
    try:
        if kind is not None:
            return kind.load(reported.entity_id, reported.revision, actor=actor)
    except NotFound:
        return _blank(reported, photos=())
    return _blank(reported, photos=(reported.entity_id,) if reported.kind == "photo" else ())


def _blank(reported: Reported, *, photos: tuple[UUID, ...]) -> Submission:
    return Submission(reported.entity_id, reported.subject_id, reported.revision, "", "", Language.ENGLISH, minor=False,
                      fields=(), photo_ids=photos)


def _said(reports: Sequence[Report], count: int) -> list[Field]:
    """What was said, the newest first, without who said it: how often they were right is all that helps to judge."""
    accuracies = rows.accuracies({report.subject_id for report in reports})
    known = {report.subject_id: accuracies.get(report.subject_id, Accuracy(0, 0)) for report in reports}
    fields = [Field(f"report_{number}", _label(report, known[report.subject_id]), _text(report))
              for number, report in enumerate(reports, 1)]
    if count > len(reports):
        fields.append(Field("report_more", N_("Earlier reports"), str(count - REPORTS_SHOWN)))
    return fields


def _label(report: Report, accuracy: Accuracy) -> Message:
    """What it is about, and of how many decided reports of the same person how many were right."""
    reason = REPORT_REASONS[report.reason]
    if not accuracy.decided:
        return N_("%(reason)s (first report)", reason=reason)
    return N_("%(reason)s (reporter was right in %(upheld)d of %(decided)d)", reason=reason, upheld=accuracy.upheld,
              decided=accuracy.decided)


def _text(report: Report) -> str:
    return "\n".join(part for part in (report.body, report.links) if part)
