"""Names, bounds and values that all of casting shares."""
from castingops.casting.types.profiles import (
    ADULT_AT,
    BIO_MAX,
    HEIGHT_MAX,
    HEIGHT_MIN,
    LANGUAGES_MAX,
    LIFETIME,
    NAME_MAX,
    PLAYING_AGE_MAX,
    SKILL_MAX,
    SKILLS_MAX,
    LanguageSkill,
    OwnProfile,
    ProfileFields,
    ProfileStatus,
    PublishedDetails,
    Revision,
    RevisionStatus,
    Shown,
    Snapshot,
    Submission,
    SubmissionKind,
)
from castingops.casting.types.words import CITIES, COUNTRIES, DIALECTS, LANGUAGES, Gender, Level, Words

__all__ = [
    "ADULT_AT", "BIO_MAX", "CITIES", "COUNTRIES", "DIALECTS", "HEIGHT_MAX", "HEIGHT_MIN", "LANGUAGES",
    "LANGUAGES_MAX", "LIFETIME", "NAME_MAX", "PLAYING_AGE_MAX", "SKILLS_MAX", "SKILL_MAX", "Gender", "LanguageSkill",
    "Level", "OwnProfile", "ProfileFields", "ProfileStatus", "PublishedDetails", "Revision", "RevisionStatus",
    "Shown", "Snapshot", "Submission", "SubmissionKind", "Words",
]
