"""What the pages of moderation share: the blueprint, names of colleagues, words for codes."""
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import session

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.i18n import current_locale
from castingops.moderation import permissions, service, types
from castingops.moderation.console.rows import names_of
from castingops.moderation.types.decisions import ACTIONS, DECISION_STATES, FAILURES
from castingops.moderation.types.keys import DIFF_MODES, Habits
from castingops.web.blueprints import ConsoleBlueprint

blueprint = ConsoleBlueprint("moderation_console", __name__)
KEYMAP = "keymap"  # in the cookie: what the page's script needs on every page, without a look-up


def shared(actor: Actor, *, people: Iterable[UUID | None] = ()) -> dict[str, Any]:
    """What every template of moderation gets: words for codes, rights, names of these colleagues."""
    return {
        "words": types, "kinds": {kind.name: kind.title for kind in service.all_kinds()},
        "outcome_state": service.outcome_state, "outcome_act": service.outcome_act, "acts": ACTIONS,
        "decision_states": DECISION_STATES, "failures": FAILURES, "diff_modes": DIFF_MODES,
        "case_states": types.CASE_STATES, "pairs": pairs, "names": names_of(people), "moment": clock.now(),
        "page_locale": current_locale(), "may_settle": actor.may(permissions.SETTINGS),
        "may_take": actor.may(permissions.TAKE), "may_decide": actor.may(permissions.DECIDE),
        "may_note": actor.may(permissions.NOTE), "may_reveal": actor.may(permissions.REVEAL),
        "may_message": actor.may(permissions.MESSAGE), "may_export": actor.may(permissions.EXPORT),
        "may_approve": actor.may(permissions.APPROVE),
    }


def pairs(segments: Iterable[types.Segment]) -> list[tuple[str, str]]:
    """A comparison as `ui.diff` takes it."""
    return [(segment.kind, segment.text) for segment in segments]


def remember_keys(habits: Habits) -> None:
    """Put the reader's own keys where every page finds them; a browser that is new here learns them so."""
    wanted = ("off " if habits.keys_off else "") + habits.keymap
    if session.get(KEYMAP, "") != wanted:
        session[KEYMAP] = wanted
