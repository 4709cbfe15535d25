"""What the pages of moderation share: the blueprint, names of colleagues, words for codes."""
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.i18n import current_locale, translate
from castingops.moderation import permissions, service, types
from castingops.moderation.queries import CaseRow
from castingops.web.blueprints import ConsoleBlueprint

blueprint = ConsoleBlueprint("moderation_console", __name__)


def shared(actor: Actor, *, people: Iterable[UUID | None] = ()) -> dict[str, Any]:
    """What every template of moderation gets: words for codes, rights, names of these colleagues."""
    return {
        "words": types, "kinds": {kind.name: kind.title for kind in service.all_kinds()},
        "why": why, "pairs": pairs, "names": names_of(people), "moment": clock.now(), "page_locale": current_locale(),
        "may_take": actor.may(permissions.TAKE), "may_decide": actor.may(permissions.DECIDE),
        "may_note": actor.may(permissions.NOTE), "may_reveal": actor.may(permissions.REVEAL),
        "may_export": actor.may(permissions.EXPORT),
    }


def why(row: CaseRow) -> list[tuple[str, int]]:
    """The reasons of a case's priority in words, with their points."""
    return [(translate(types.REASONS.get(each["code"], each["code"])), each["points"]) for each in row.priority_reasons]


def pairs(segments: Iterable[types.Segment]) -> list[tuple[str, str]]:
    """A comparison as `ui.diff` takes it."""
    return [(segment.kind, segment.text) for segment in segments]


def names_of(people: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Names of colleagues by id; who has left has none."""
    return audit.names_of({person for person in people if person is not None})


def people_in(rows: Iterable[CaseRow]) -> set[UUID | None]:
    """Colleagues whom these rows name."""
    return {person for row in rows for person in (row.assigned_to, row.decided_by)}
