"""Share links as staff see them: on the page of their talent, and each by itself (CAST-6)."""
from uuid import UUID

from msgspec import Struct

from castingops.casting import permissions
from castingops.casting import queries as profiles
from castingops.casting.errors.share_links import ShareLinkNotFound
from castingops.casting.queries import share_links as queries
from castingops.casting.service.share_links import view_of
from castingops.casting.types.share_links import STATES, ShareLinkView
from castingops.casting.types.talents import Section, SectionLine
from castingops.core import formats
from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.core.messages import N_

_SHOWN = 20  # lines of a talent's page


class Desk(Struct, frozen=True, kw_only=True):
    """A link, whose it is by reference, and why staff ended it."""

    link: ShareLinkView
    talent_ref: str
    reason: str | None


def get_for_staff(link_id: UUID) -> Desk:
    """A link of anybody's. Errors: ShareLinkNotFound."""
    row = queries.find_for_staff(link_id)
    profile = profiles.find_profile(row.subject_id) if row is not None else None
    if row is None or profile is None:
        raise ShareLinkNotFound
    return Desk(link=view_of(row), talent_ref=profile.ref, reason=row.ended_reason)


def section_of_talent(subject_id: UUID, actor: Actor) -> Section | None:
    """The newest links of a person, for their page among talents; nothing for who may not see talents."""
    if not actor.may(permissions.READ_TALENTS):
        return None
    rows = queries.list_links(subject_id, actor=actor, cursor=None).rows[:_SHOWN]
    return Section("share-links", N_("Share links"), N_("No share link was made yet."),
                   tuple(_line(view_of(row)) for row in rows))


def _line(link: ShareLinkView) -> SectionLine:
    """When it was made, where it stands and how often it was opened: what it is called is for its owner."""
    counted = (N_("%(views)d of %(max)d views", views=link.views, max=link.max_views) if link.max_views is not None
               else N_("Views: %(views)d", views=link.views))
    return SectionLine(formats.format_moment(link.created_at), f"/console/share-links/{link.id}",
                       f"{translate(STATES[link.state])} · {translate(counted)}")
