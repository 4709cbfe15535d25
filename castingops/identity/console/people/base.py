"""The blueprint of the people pages, and what they all show."""
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Response, url_for

from castingops.audit import permissions as audit_permissions
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.errors import DomainError
from castingops.core.i18n import translate
from castingops.identity import permissions, service, types
from castingops.identity.service import proposals
from castingops.identity.types import ROLE_TITLES
from castingops.web.blueprints import ConsoleBlueprint
from castingops.web.pages import go

blueprint = ConsoleBlueprint("people_console", __name__)


def shared(actor: Actor, people: Iterable[UUID | None] = ()) -> dict[str, Any]:
    """What every page of people needs: words, the names of those it mentions, and what the reader may do."""
    ids = {person for person in people if person is not None}
    return {
        "words": types, "role_titles": ROLE_TITLES, "names": service.staff_names(ids) if ids else {},
        "me": actor.user_id, "moment": clock.now(), "may_propose": actor.may(permissions.PROPOSE_STAFF),
        "may_read_staff": actor.may(permissions.READ_STAFF), "may_export": actor.may(permissions.EXPORT_STAFF),
        "may_review": actor.may(permissions.REVIEW_ACCESS), "may_read_review": actor.may(permissions.READ_REVIEW),
        "may_support": actor.may(permissions.SUPPORT_PERSON), "may_unmask": actor.may(permissions.PROPOSE_UNMASK),
        "may_read_trail": actor.may(audit_permissions.READ)}


def lacking() -> list[str]:
    """Approving roles that too few people hold, in words, for those who can change it."""
    return [translate(ROLE_TITLES[role]) for role in proposals.roles_lacking()]


def problems_of(refusal: DomainError) -> tuple[dict[str, str], str]:
    """What is wrong by field, and what is wrong beside them, in the reader's language."""
    fields = {name: translate(words) for name, words in refusal.fields.items()}
    return fields, "" if fields else translate(refusal.message)


def to_proposal(proposal_id: UUID) -> Response:
    """To the proposal that was made."""
    return go(url_for("people_console.show_proposal", proposal_id=proposal_id))
