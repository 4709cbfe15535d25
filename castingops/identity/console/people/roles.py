"""Who may do what: the permissions of staff as they are registered, and what takes two people (reliability.md §3)."""
from itertools import groupby

from flask import Response

from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.core.messages import N_
from castingops.core.permissions import Permission, all_permissions
from castingops.core.roles import STAFF, StaffRole
from castingops.identity import permissions
from castingops.identity.console.people.base import blueprint, lacking, shared
from castingops.identity.service import proposals
from castingops.identity.types import ROLE_TITLES
from castingops.web.pages import page

_AREAS = {"audit": N_("Audit trail"), "identity": N_("Accounts and roles"), "moderation": N_("Moderation"),
          "operations": N_("Operations"), "web": N_("Console")}


@blueprint.get("/people/roles", permission=permissions.READ_ROLES)
def show_roles(*, actor: Actor) -> Response:
    """The matrix as the code has it: nothing on it is written by hand."""
    held = [permission for permission in all_permissions() if permission.roles & STAFF]
    areas = [(translate(_AREAS.get(area, area)), list(rows)) for area, rows in groupby(held, _area)]
    return page("people/roles.html", areas=areas, kinds=proposals.proposal_kinds(),
                columns=[(role, translate(ROLE_TITLES[role])) for role in StaffRole], lacking=lacking(),
                mine=[role for role in StaffRole if role in actor.roles], **shared(actor))


def _area(permission: Permission) -> str:
    return permission.name.partition(".")[0]
