"""What a report may say, what it does to cases, and how urgent it makes them."""
from collections.abc import Sequence
from typing import Any

from castingops.core.arabic import is_storable, tidy
from castingops.core.messages import N_
from castingops.moderation.errors import InvalidReport
from castingops.moderation.rules.cases import NOT_STORABLE
from castingops.moderation.rules.priority import POINTS
from castingops.moderation.types import Reason
from castingops.moderation.types.reports import (
    LINK_MAX,
    LINKS_MAX,
    REPORT_POINTS,
    REPORT_TEXT_MAX,
    SEVERAL_MOST,
    Folding,
    ReportDraft,
    ReportReason,
    Tally,
)

_TOLD_EACH = 10  # a timeline tells each report up to here, then every ten, every hundred …


def checked_report(draft: ReportDraft) -> ReportDraft:
    """The report as it is kept. Errors: InvalidReport names each part that cannot be."""
    text, links = tidy(draft.text), tuple(tidy(link) for link in draft.links if link.strip())
    problems: dict[str, Any] = {}
    if draft.reason not in set(ReportReason):
        problems["reason"] = N_("Choose one of the reasons that we list.")
    if len(text) > REPORT_TEXT_MAX:
        problems["text"] = N_("Use at most %(max)d characters.", max=REPORT_TEXT_MAX)
    elif not is_storable(text):
        problems["text"] = NOT_STORABLE
    elif not text and draft.reason == ReportReason.OTHER:
        problems["text"] = N_("Say in a few words what is wrong.")
    problems |= _links_problem(links)
    if problems:
        raise InvalidReport(**problems)
    return ReportDraft(draft.what, draft.reason, text, links)


def _links_problem(links: Sequence[str]) -> dict[str, Any]:
    if len(links) > LINKS_MAX:
        return {"links": N_("Give at most %(max)d links.", max=LINKS_MAX)}
    if any(len(link) > LINK_MAX for link in links):
        return {"links": N_("Use at most %(max)d characters.", max=LINK_MAX)}
    return {} if all(is_storable(link) and "\n" not in link for link in links) else {"links": NOT_STORABLE}


def folding(*, revision: int, open_revision: int | None, reviewed_revision: int | None, reason: str) -> Folding:
    """What a report about `revision` does.

    There is one open case per thing. What was decided and has not changed since is not read again (an edit is a new
    revision and opens it anew), unless a child may be in danger: that is always read.
    """
    if open_revision is not None:
        return Folding.MOVE_ON if revision > open_revision else Folding.JOIN
    if reason != ReportReason.CHILD_SAFETY and reviewed_revision is not None and revision <= reviewed_revision:
        return Folding.REVIEWED
    return Folding.OPEN


def report_priority(tally: Tally, *, minor: bool) -> list[Reason]:
    """The named reasons of a reported thing's priority: the gravest report, how many people, whether a minor's.

    Twenty people who say the same do not outweigh one child in danger.
    """
    gravest = max(tally.reasons, key=lambda reason: REPORT_POINTS[reason])
    reasons = [Reason(f"reported_{gravest}", REPORT_POINTS[gravest])]
    if tally.people > 1:
        reasons.append(Reason("several_reports", min(5 * (tally.people - 1), SEVERAL_MOST)))
    if minor:
        reasons.append(Reason("minor", POINTS["minor"]))
    return sorted(reasons, key=lambda reason: -reason.points)


def is_told(count: int) -> bool:
    """Whether the timeline tells the report that makes `count`: each of the first, then ever rarer."""
    step = 1
    while count > _TOLD_EACH * step:
        step *= 10
    return count % step == 0
