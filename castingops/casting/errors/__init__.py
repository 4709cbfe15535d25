"""What casting can refuse, and which constraint means which refusal."""
from castingops.casting.errors.profiles import (
    CONSTRAINTS,
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
)

__all__ = [
    "CONSTRAINTS", "GuardianRequired", "InvalidFilter", "InvalidProfile", "NothingToSubmit", "ProfileChanged",
    "ProfileIncomplete", "ProfileMissing", "ProfileNotFound", "RevisionDecided", "RevisionNotFound",
    "StatementMissing", "SubmissionPending",
]
