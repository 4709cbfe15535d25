"""Share links: a published profile for somebody without an account, for a while, and under their owner's eyes (CAST-6).

A link is made by its person, or by the guardian of a ward whose guardianship stands; whoever holds it is the house's
guest: what they see is read in its name, after the link was found, and counted in the same transaction.
"""
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from castingops.audit import service as audit
from castingops.casting import queries as profiles
from castingops.casting import rules as ages
from castingops.casting.errors.share_links import (
    NothingToShare,
    SharedProfileNotFound,
    ShareLinkNotFound,
    TooManyShareLinks,
)
from castingops.casting.events.share_links import ShareLinkCrowded, ShareLinkPaused
from castingops.casting.models import PublishedProfile, ShareLink, ShareView
from castingops.casting.queries import share_links as queries
from castingops.casting.rules import share_links as rules
from castingops.casting.service.guarding import guardianship_of
from castingops.casting.service.share_links_ending import hold_links
from castingops.casting.types import ProfileFields, PublishedDetails, Representation
from castingops.casting.types.share_links import (
    LIVE_MAX,
    VIEWS_KEPT,
    SharedProfile,
    ShareFacts,
    ShareLinkView,
    ShareVisit,
)
from castingops.consent import service as consent
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.config import current_settings
from castingops.core.crypto import hash_token, token
from castingops.core.cursor import Page
from castingops.core.db import entered, save
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.peppers import digest_of
from castingops.core.privacy import Purpose
from castingops.identity import service as identity
from castingops.identity.service import guardians
from castingops.identity.types.guardians import Scope

_SWEEP = 5_000  # views forgotten by one run


def create(document: Mapping[str, Any], *, actor: Actor) -> tuple[ShareLinkView, str]:
    """A new link to the actor's published profile and its token, which is told this once.

    Errors: InvalidShareLink with every wrong field; NothingToShare, ConsentMissing, GuardianRequired while the profile
    may not be shown; TooManyShareLinks.
    """
    wanted, subject_id = rules.checked_link(document), actor.subject
    guardianship_id = _checked_right(actor)
    hold_links(subject_id)  # whoever hides the profile meanwhile waits, or it is seen below that they have
    if profiles.find_published_of(subject_id) is None:
        raise NothingToShare
    now = clock.now()
    if queries.count_open(subject_id, at=now) >= LIVE_MAX:
        raise TooManyShareLinks(details={"max": LIVE_MAX})
    secret = token()
    row = ShareLink(
        subject_id=subject_id, id=new_id(), created_by=actor.user_id, guardianship_id=guardianship_id,
        label=wanted.label, token_hash=hash_token(secret), created_at=now,
        expires_at=now + timedelta(days=wanted.days), max_views=wanted.max_views, views=0)
    save(row)
    audit.record("casting.share_link.create", actor=actor, entity="share_link", entity_id=row.id,
                 subject_id=subject_id, purpose=Purpose.PROFILE,
                 details={"days": wanted.days, "max_views": wanted.max_views})
    return view_of(row), secret


def list_own(*, actor: Actor, cursor: str | None) -> Page[ShareLinkView]:
    """A page of the actor's links, the newest first. Errors: Invalid for a bad cursor."""
    page = queries.list_links(actor.subject, actor=actor, cursor=cursor)
    return Page([view_of(row) for row in page.rows], page.next_cursor)


def list_views(link_id: UUID, *, actor: Actor, cursor: str | None) -> Page[ShareVisit]:
    """A page of when one of the actor's links was opened, the newest first. Errors: ShareLinkNotFound, Invalid."""
    if queries.find_link(actor.subject, link_id) is None:
        raise ShareLinkNotFound
    return queries.list_views(actor.subject, link_id, actor=actor, cursor=cursor)


def view_of(row: ShareLink | queries.ShareLinkRow) -> ShareLinkView:
    """A link with where it stands now."""
    facts = ShareFacts(**{name: getattr(row, name) for name in ShareFacts.__struct_fields__})
    told = {name: getattr(row, name) for name in queries.ShareLinkRow.__struct_fields__}
    return ShareLinkView(**told, state=rules.state_of(facts, now=clock.now()))


# Whoever holds one ------------------------------------------------------------------------------------------------

def open_shared(secret: str, *, actor: Actor, visited: UUID | None = None,
                counts: bool = True) -> tuple[SharedProfile, UUID]:
    """What a link shows, and the link's id; opening it counts and is on record for its owner.

    `visited` is the link that the asker opened minutes ago: reloading is no other view. Errors: SharedProfileNotFound,
    whatever the reason.
    """
    found = queries.find_by_token(hash_token(secret)) if rules.is_token(secret) else None
    if found is None:
        raise SharedProfileNotFound
    house = replace(system(), origin=actor.origin)
    with entered(house, found.subject_id) as inside:
        row = queries.find_link(found.subject_id, found.id, lock=counts)  # the last view is given out once
        if row is None or not rules.is_open(view_of(row).state, returning=visited == row.id):
            raise SharedProfileNotFound
        shared = _shown(row, actor=inside)
        if counts and visited != row.id:
            _count(row, actor=inside)
        return shared, row.id


def watch(link_id: UUID, *, actor: Actor) -> None:
    """Pause a link that was opened too often from too many networks; its owner is told. For the system, inside them."""
    settings = current_settings()
    row = queries.find_link(actor.subject, link_id, lock=True)
    if row is None or row.paused_at is not None or row.ended_at is not None:
        return
    now, minutes = clock.now(), settings.share_alert_minutes
    burst = queries.burst_of(row.subject_id, row.id, since=now - timedelta(minutes=minutes))
    if not rules.is_burst(burst, views=settings.share_alert_views, networks=settings.share_alert_networks):
        return
    row.paused_at = now
    save(row)
    audit.record("casting.share_link.pause", actor=actor, entity="share_link", entity_id=row.id,
                 subject_id=row.subject_id, purpose=Purpose.SECURITY,
                 details={"views": burst.views, "networks": burst.networks, "minutes": minutes})
    publish(ShareLinkPaused(subject_id=row.subject_id, link_id=row.id, views=burst.views, networks=burst.networks,
                            minutes=minutes))


def label_of(link_id: UUID, *, actor: Actor) -> str | None:
    """What its owner calls a link of the entered person; None when it is gone."""
    row = queries.find_link(actor.subject, link_id)
    return row.label if row is not None else None


def forget_old_views(*, actor: Actor) -> None:
    """Forget when links were opened once that is old enough. For the system; safe to run twice."""
    queries.sweep_views(clock.now() - VIEWS_KEPT, _SWEEP)


def _checked_right(actor: Actor) -> UUID | None:
    """The guardianship that a link rests on; None for an adult's own. Errors: as `create`."""
    profile = profiles.find_profile(actor.subject)
    if profile is None or profiles.find_published_of(actor.subject) is None:
        raise NothingToShare
    consent.require(Purpose.PROFILE, actor.subject, actor=actor)
    if actor.guardianship_id is None and not _is_minor(profile.birth_date):
        return None
    return guardianship_of(actor)


def _shown(row: ShareLink, *, actor: Actor) -> SharedProfile:
    """What the link tells at this moment. Errors: SharedProfileNotFound for what may not be shown any more."""
    profile, shown = profiles.find_profile(row.subject_id), profiles.find_published_of(row.subject_id)
    if profile is None or shown is None or not consent.is_given(Purpose.PROFILE, row.subject_id, actor=actor):
        raise SharedProfileNotFound
    minor = _is_minor(profile.birth_date)
    if row.guardianship_id is not None and not guardians.stands(row.guardianship_id, row.subject_id):
        raise SharedProfileNotFound
    if minor and row.guardianship_id is None and not guardians.has_own_capacity(row.subject_id):
        raise SharedProfileNotFound
    details = msgspec.convert(shown.details, PublishedDetails)
    may_see = not minor or (row.guardianship_id is not None and guardians.covers(
        row.guardianship_id, row.subject_id, Scope.MEDIA))
    return SharedProfile(fields=rules.shown_fields(_published_fields(shown, details), minor=minor), minor=minor,
                         photo_ids=details.photo_ids if may_see else ())


def _count(row: ShareLink, *, actor: Actor) -> None:
    now, origin = clock.now(), actor.origin
    device = identity.device_of(origin.user_agent if origin else "")
    network = identity.network_of(origin.ip if origin else "")
    row.views, row.last_viewed_at = row.views + 1, now
    save(row)
    save(ShareView(subject_id=row.subject_id, id=new_id(), link_id=row.id, viewed_at=now, program=device.program,
                   system=device.system,
                   network=digest_of("share views", f"{row.id}/{network}")[:12] if network else None))
    if row.views > current_settings().share_alert_views:  # fewer are no burst whenever they came
        publish(ShareLinkCrowded(subject_id=row.subject_id, link_id=row.id))


def _published_fields(shown: PublishedProfile, details: PublishedDetails) -> ProfileFields:
    """A published profile as the fields it was made of: what was never published is empty."""
    known = ProfileFields.__struct_fields__
    told = {name: getattr(shown, name) for name in known if name != "languages" and hasattr(shown, name)}
    more = {name: getattr(details, name) for name in known if hasattr(details, name)}
    agency = Representation(kind="agency", agency=details.agency) if details.agency else None
    return ProfileFields(**told, **more, languages=details.language_levels, representation=agency)


def _is_minor(birth_date: Any) -> bool:
    """Whether a person is protected as a child; whoever never said when they were born is."""
    return birth_date is None or ages.is_minor(birth_date, today=clock.today_riyadh())
