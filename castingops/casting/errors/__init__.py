"""What casting can refuse, and which constraint means which refusal."""
from castingops.casting.errors import applications, calls, profiles, share_links
from castingops.casting.errors.profiles import (
    GuardianRequired,
    InvalidFilter,
    InvalidProfile,
    NothingToSubmit,
    ProfileChanged,
    ProfileIncomplete,
    ProfileMissing,
    ProfileNotFound,
    RevisionDecided,
    RevisionNotFound,
    StatementMissing,
    SubmissionPending,
    TalentNotFound,
    UnmaskRefused,
)

CONSTRAINTS = {
    **profiles.CONSTRAINTS, **calls.CONSTRAINTS, **applications.CONSTRAINTS, **share_links.CONSTRAINTS}

__all__ = [
    "CONSTRAINTS", "GuardianRequired", "InvalidFilter", "InvalidProfile", "NothingToSubmit", "ProfileChanged",
    "ProfileIncomplete", "ProfileMissing", "ProfileNotFound", "RevisionDecided", "RevisionNotFound",
    "StatementMissing", "SubmissionPending", "TalentNotFound",
    "UnmaskRefused",
]
