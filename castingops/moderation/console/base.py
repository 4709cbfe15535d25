"""What the pages of moderation share: the blueprint, names of colleagues, words for codes."""
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.i18n import current_locale
from castingops.moderation import permissions, service, types
from castingops.moderation.console.rows import names_of
from castingops.web.blueprints import ConsoleBlueprint

blueprint = ConsoleBlueprint("moderation_console", __name__)


def shared(actor: Actor, *, people: Iterable[UUID | None] = ()) -> dict[str, Any]:
    """What every template of moderation gets: words for codes, rights, names of these colleagues."""
    return {
        "words": types, "kinds": {kind.name: kind.title for kind in service.all_kinds()},
        "pairs": pairs, "names": names_of(people), "moment": clock.now(), "page_locale": current_locale(),
        "may_take": actor.may(permissions.TAKE), "may_decide": actor.may(permissions.DECIDE),
        "may_note": actor.may(permissions.NOTE), "may_reveal": actor.may(permissions.REVEAL),
        "may_export": actor.may(permissions.EXPORT),
    }


def pairs(segments: Iterable[types.Segment]) -> list[tuple[str, str]]:
    """A comparison as `ui.diff` takes it."""
    return [(segment.kind, segment.text) for segment in segments]
