"""Photos of a case as this moderator sees them: covered, grey or clear, each with what may be done about it."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.moderation import permissions
from castingops.moderation.models import Case
from castingops.moderation.rules import media_care as rules
from castingops.moderation.service import media_care
from castingops.moderation.service.subjects import SubjectKind
from castingops.moderation.types import Submission
from castingops.moderation.types.media_care import Care, CareMode, Rendition

Revealed = Mapping[UUID, tuple[str, Rendition]]


def shown(case: Case, kind: SubjectKind, submission: Submission, kept: set[UUID], revealed: Revealed, *,
          actor: Actor) -> dict[str, Any]:
    """The photos of a case, and how many more this moderator may see today. `revealed`: those just asked for."""
    may = actor.may(permissions.REVEAL) and bool(submission.photo_ids)
    care = media_care.care_of(actor.user_id) if may else Care()
    photos = [one(case, kind, submission, photo_id, care, actor=actor, revealed=revealed.get(photo_id),
                  is_new=photo_id not in kept) for photo_id in submission.photo_ids]
    return {"photos": photos, "care": care if may else None}


def one(case: Case, kind: SubjectKind, submission: Submission, photo_id: UUID, care: Care, *, actor: Actor,
        revealed: tuple[str, Rendition] | None = None, is_new: bool = False, wait: bool = False) -> dict[str, Any]:
    """One photo. `wait`: it was hidden again, so it is not shown by itself."""
    index = submission.photo_ids.index(photo_id)
    label = translate(submission.photo_labels[index]) if submission.photo_labels else _(
        "Photo %(number)d", number=index + 1)
    mode = rules.mode_for(care.mode, minor=case.minor)
    told = {"id": f"photo-{photo_id}", "index": index + 1, "label": label, "is_new": is_new, "auto": False,
            "is_named": bool(submission.photo_labels), "reveal_url": "", "colour_url": "", "hide_url": "", "look": ""}
    address: dict[str, Any] = {"ref": case.ref, "photo_id": photo_id}
    if revealed is not None:
        url, rendition = revealed
        reveal = url_for("moderation_console.reveal_photo", **address)
        return told | {"src": url, "look": "grey" if rendition is Rendition.GREY else "",
                       "colour_url": reveal if rendition is Rendition.GREY else "",
                       "hide_url": url_for("moderation_console.hide_photo", **address)}
    at_once = rules.is_shown_at_once(mode) and not wait and care.left > 0
    return told | {
        "src": kind.photo_url(photo_id, clear=False, actor=actor.entering(case.subject_id)),
        "look": "hidden" if mode is CareMode.HIDDEN else "", "auto": at_once,
        "reveal_url": url_for("moderation_console.reveal_photo", **address)}
