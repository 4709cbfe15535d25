"""How one moderator works: keys, comparisons, photos."""
from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.core.errors import Conflict
from castingops.core.i18n import translate
from castingops.moderation import permissions
from castingops.moderation.console.base import blueprint, remember_keys, shared
from castingops.moderation.errors import InvalidKeys
from castingops.moderation.service import habits
from castingops.moderation.types.keys import ACTS, ARABIC_CAPS, CAPS, DEFAULT_KEYS, DiffMode, Habits
from castingops.web.pages import go, page


@blueprint.get("/moderation/settings", permission=permissions.SETTINGS)
def show_settings(*, actor: Actor) -> Response:
    """One's own settings."""
    habit = habits.my_habits(actor=actor)
    remember_keys(habit)
    return _page(actor, habit, habit.keys, kept=request.args.get("kept") == "1")


@blueprint.post("/moderation/settings", permission=permissions.SETTINGS)
def keep_settings(*, actor: Actor) -> Response:
    """Keep one's own keys and way to compare. Two acts on one key are refused, and what was chosen stays."""
    keys = DEFAULT_KEYS if "usual" in request.form else {
        act: request.form.get(f"key_{act}", "") or DEFAULT_KEYS[act] for act in ACTS}
    mode = DiffMode.INLINE if request.form.get("diff_mode") == DiffMode.INLINE else DiffMode.SIDE
    is_off, seen = request.form.get("keys_on") != "1", request.form.get("version", "")
    try:
        habit = habits.keep_keys(keys, keys_off=is_off, diff_mode=mode, actor=actor,
                                 seen_version=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else 0)
    except (InvalidKeys, Conflict) as refusal:
        typed = Habits(dict(keys), is_off, mode, habits.my_habits(actor=actor).version)
        conflict = translate(refusal.message) if isinstance(refusal, Conflict) else ""
        return _page(actor, typed, keys, status=refusal.status, conflict=conflict,
                     problems={f"key_{act}": translate(words) for act, words in refusal.fields.items()})
    remember_keys(habit)
    return go(url_for(".show_settings", kept=1))


def _page(actor: Actor, habit: Habits, keys: Mapping[str, str], *, status: int = 200, kept: bool = False,
          problems: Mapping[str, str] | None = None, conflict: str = "") -> Response:
    context: dict[str, Any] = {
        "habit": habit, "keys": keys, "problems": problems or {}, "conflict": conflict, "key_acts": ACTS,
        "key_options": [(code, f"{cap} ({ARABIC_CAPS[code]})" if code in ARABIC_CAPS else cap)
                        for code, cap in CAPS.items()],
        "usual": DEFAULT_KEYS, "caps": CAPS, "said": _("Kept.") if kept else "", **shared(actor)}
    return page("moderation/settings/page.html", status=status, **context)
