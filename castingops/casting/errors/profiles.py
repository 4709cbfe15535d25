"""What can be refused about talent profiles, and which constraint means which refusal."""
from castingops.core.errors import BadRequest, Conflict, DomainError, Invalid, NotFound
from castingops.core.messages import N_


class ProfileNotFound(NotFound):
    code, message = "talent_profile_not_found", N_("There is no such talent profile.")


class RevisionNotFound(NotFound):
    code, message = "revision_not_found", N_("There is no such revision.")


class InvalidProfile(Invalid):
    code, message = "talent_profile_invalid", N_("Some details of the profile cannot be used.")


class ProfileMissing(BadRequest):
    """A body that says nothing, or is no JSON: written as it came, it would empty the profile."""

    code, message = "talent_profile_missing", N_("Send the profile as a JSON object with its fields.")


class InvalidFilter(Invalid):
    code, message = "filter_invalid", N_("This list cannot be filtered like that.")


class ProfileChanged(Conflict):
    code = "talent_profile_changed"
    message = N_("This profile has changed since you opened it. Nothing of yours was saved.")


class ProfileIncomplete(Invalid):
    """A submission that lacks something; `fields` and `details.missing` name what."""

    code, message = "talent_profile_incomplete", N_("The profile is not complete yet.")


class GuardianRequired(Conflict):
    code = "guardian_required"
    message = N_("You can complete this step together with your legal guardian.")


class SubmissionPending(Conflict):
    code = "submission_pending"
    message = N_("This profile is under review already. We will tell you when it is decided.")


class NothingToSubmit(Conflict):
    code, message = "nothing_to_submit", N_("Nothing has changed since the last decision.")


class RevisionDecided(Conflict):
    """Somebody decided first; `details` says what and when."""

    code, message = "revision_decided", N_("This revision has been decided already.")


class StatementMissing(Invalid):
    code, message = "statement_missing", N_("A decision against a profile states its reasons in both languages.")


class TalentNotFound(NotFound):
    code, message = "talent_not_found", N_("There is no such talent.")


class UnmaskRefused(Invalid):
    code, message = "unmask_refused", N_("What is covered stays covered.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_talent_profiles_subject_id": ProfileChanged,
    "uq_profile_revisions_subject_id_number": SubmissionPending,
    "uq_profile_revisions_subject_id_pending": SubmissionPending,
    "uq_published_profiles_subject_id": RevisionDecided,
    "ck_profile_revisions_adult_at_submission": GuardianRequired,
    "ck_profile_revisions_guarded": GuardianRequired,
}
