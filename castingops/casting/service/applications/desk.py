"""Applications for staff: what a person applied to, as the person reads it; what hirers think is the hirers'."""
from uuid import UUID

from castingops.casting import permissions
from castingops.casting.queries import applications as queries
from castingops.casting.queries.applications import OwnLine
from castingops.casting.types.applications import PUBLIC_STATUSES
from castingops.casting.types.talents import Section, SectionLine
from castingops.core import formats
from castingops.core.actor import Actor
from castingops.core.i18n import current_locale, translate
from castingops.core.messages import N_

_SHOWN = 10  # of the newest


def section_of_talent(subject_id: UUID, actor: Actor) -> Section | None:
    """The newest applications of a person, for their page among talents; nothing for who may not see casting calls."""
    if not actor.may(permissions.READ_BOARD):
        return None
    rows = queries.list_of_subject(subject_id, most=_SHOWN)
    return Section("applications", N_("Applications"), N_("This talent has not applied to any role yet."),
                   tuple(_line(row) for row in rows))


def _line(row: OwnLine) -> SectionLine:
    first, second = ((row.call_title_ar, row.call_title_en) if current_locale() == "ar"
                     else (row.call_title_en, row.call_title_ar))
    return SectionLine(first or second or str(row.call_id), f"/console/casting-calls/{row.call_id}",
                       f"{translate(PUBLIC_STATUSES[row.public_status])} · {formats.format_moment(row.submitted_at)}")
