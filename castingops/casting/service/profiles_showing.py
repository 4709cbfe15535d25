"""What the marketplace sees of a talent: written on approval, taken back in part or whole."""
from uuid import UUID

import msgspec
from sqlalchemy import delete

from castingops.audit import service as audit
from castingops.casting import queries, rules, types
from castingops.casting.events import ProfileVisibilityChosen
from castingops.casting.models import (
    ProfileRevision,
    ProfileTerm,
    PublishedLanguage,
    PublishedProfile,
    TalentProfile,
)
from castingops.casting.service import share_links_ending
from castingops.casting.service.guarding import empty_profile
from castingops.casting.types import ProfileFields, ProfileStatus, PublishedDetails, Snapshot, Visibility
from castingops.casting.types.share_links import ShareEnd
from castingops.consent import service as consent
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import add_row, plain_row, save, session
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.media import service as media
from castingops.media.types import PhotoStatus


def show(profile: TalentProfile, row: ProfileRevision, *, actor: Actor) -> None:
    """Write what the marketplace sees: the approved submission without what is nobody's business there.

    Nothing while the house withholds the profile, a dispute about its guardian does, or its person wants it so.
    """
    if profile.withheld_at is not None or profile.guardian_hold_at is not None:
        return
    if profile.visibility != Visibility.PUBLIC:
        return
    sent = sent_of(row)
    photos = [photo.id for photo in media.photos_by_id(row.subject_id, list(sent.photo_ids))
              if photo.status is PhotoStatus.ACTIVE]
    before = queries.find_published_of(row.subject_id)
    shown = before or PublishedProfile(subject_id=row.subject_id, id=new_id(), published_at=clock.now())
    for name in _SHOWN:
        setattr(shown, name, getattr(sent.fields, name))
    shown.revision = row.number
    shown.languages = [skill.code for skill in sent.fields.languages]
    shown.thumb_photo_id = sent.primary_photo_id if sent.primary_photo_id in photos else next(iter(photos), None)
    shown.details = msgspec.to_builtins(rules.published_details(
        sent.fields, tuple(photos), sensitive=may_tell(sent.fields, row.subject_id, actor=actor),
        today=clock.today_riyadh()))
    save(shown)
    if before is not None:
        session().execute(delete(PublishedLanguage).where(PublishedLanguage.id == shown.id))
    _show_languages(shown)


def may_tell(fields: ProfileFields, subject_id: UUID, *, actor: Actor) -> bool:
    """Whether consent stands to what tells of belief or health; asked only where a submission says any of it."""
    return any(getattr(fields, name) is not None for name in types.SENSITIVE) and consent.is_given(
        Purpose.SENSITIVE, subject_id, actor=actor)


_SHOWN = ("display_name_ar", "display_name_en", "stage_name_ar", "stage_name_en", "gender", "nationality", "city",
          "playing_age_min", "playing_age_max", "height_cm")


def _show_languages(shown: PublishedProfile) -> None:
    rows = [PublishedLanguage(id=shown.id, language=language, city=shown.city, gender=shown.gender,
                              playing_age_min=shown.playing_age_min, playing_age_max=shown.playing_age_max)
            for language in shown.languages]
    session().add_all(row for row in rows if not add_row("published_languages", plain_row(row)))
    session().flush()


def hide(*, actor: Actor) -> None:
    """Stop showing the entered person's profile; what they wrote stays theirs, as a draft. For the system."""
    profile, shown = queries.find_profile(actor.subject), queries.find_published_of(actor.subject)
    if profile is None or (shown is None and profile.approved_revision is None):
        return
    unshow(profile.subject_id, actor=actor)
    profile.approved_revision, profile.status = None, ProfileStatus.DRAFT
    save(profile)
    audit.record("casting.profile.hide", actor=actor, entity="talent_profile", entity_id=profile.id,
                 purpose=Purpose.PROFILE, after={"status": ProfileStatus.DRAFT})


def unshow(subject_id: UUID, *, actor: Actor) -> None:
    """Take a profile out of the marketplace, if it stands there; every link to it ends. Inside the person."""
    shown = queries.find_published_of(subject_id)
    if shown is not None:
        session().delete(shown)
        session().flush()
        share_links_ending.end_all(subject_id, ShareEnd.HIDDEN, actor=actor)


def forget_photo(subject_id: UUID, photo_id: UUID) -> None:
    """Take a removed photo out of what the marketplace sees. For the system, inside the subject."""
    shown = queries.find_published_of(subject_id)
    if shown is None:
        return
    details = msgspec.convert(shown.details, PublishedDetails)
    kept = tuple(each for each in details.photo_ids if each != photo_id)
    shown.details = msgspec.to_builtins(msgspec.structs.replace(details, photo_ids=kept))
    if shown.thumb_photo_id == photo_id:
        shown.thumb_photo_id = next(iter(kept), None)
    save(shown)


def choose_visibility(wanted: Visibility, *, actor: Actor) -> None:
    """Who may see the actor's approved profile from now on. Needs no review: nothing is said that was not approved."""
    row = queries.find_profile(actor.subject) or empty_profile(actor.subject)
    before, row.visibility = row.visibility, wanted
    save(row)
    if before == wanted:
        return
    audit.record("casting.profile.choose_visibility", actor=actor, entity="talent_profile", entity_id=row.id,
                 subject_id=row.subject_id, purpose=Purpose.PROFILE, before={"visibility": before},
                 after={"visibility": wanted})
    publish(ProfileVisibilityChosen(subject_id=row.subject_id, visibility=wanted))


def settle_visibility(*, actor: Actor) -> None:
    """Show the entered person's approved profile, or stop showing it, as they have chosen. For the system."""
    profile, shown = queries.find_profile(actor.subject), queries.find_published_of(actor.subject)
    if profile is None or (profile.visibility == Visibility.PUBLIC) == (shown is not None):
        return
    if shown is not None:
        unshow(profile.subject_id, actor=actor)
        return
    show_approved(profile, actor=actor)


def show_approved(profile: TalentProfile, *, actor: Actor) -> None:
    """Show what was approved last, if anything, while its person consents to be shown."""
    number = profile.approved_revision
    row = queries.find_revision(profile.subject_id, number) if number is not None else None
    if row is not None and consent.is_given(Purpose.PROFILE, profile.subject_id, actor=actor):
        show(profile, row, actor=actor)


def drop_sensitive(*, actor: Actor) -> None:
    """Forget what the entered person wrote of belief and health, and stop showing it. For the system.

    A submission stays as it was sent, as evidence of its decision, and is not shown from again while consent is out.
    """
    profile, shown = queries.find_profile(actor.subject), queries.find_published_of(actor.subject)
    if shown is not None:
        shown.details = {name: value for name, value in shown.details.items() if name not in types.SENSITIVE}
        save(shown)
    if profile is None or all(getattr(profile, name) is None for name in types.SENSITIVE):
        return
    for name in types.SENSITIVE:
        setattr(profile, name, None)
    save(profile)
    audit.record("casting.profile.drop_sensitive", actor=actor, entity="talent_profile", entity_id=profile.id,
                 subject_id=profile.subject_id, purpose=Purpose.SENSITIVE)


def keep_terms(row: TalentProfile) -> None:
    """Write the words under which staff find this talent, where the names have others now."""
    wanted = rules.search_terms(row.display_name_ar, row.display_name_en, row.stage_name_ar, row.stage_name_en)
    kept = queries.list_terms(row.subject_id)
    if gone := kept - wanted:
        session().execute(delete(ProfileTerm).where(
            ProfileTerm.subject_id == row.subject_id, ProfileTerm.term.in_(gone)))
    session().add_all(ProfileTerm(subject_id=row.subject_id, id=new_id(), term=term)
                      for term in sorted(wanted - kept))
    session().flush()


def fields_of(row: TalentProfile) -> ProfileFields:
    """What a working copy says."""
    values = {name: getattr(row, name) for name in ProfileFields.__struct_fields__}
    return msgspec.convert(values, ProfileFields)


def sent_of(revision: ProfileRevision) -> Snapshot:
    """What was submitted; a revision of before an attribute existed says nothing of it."""
    return msgspec.convert(revision.snapshot, Snapshot)
