"""The tables of casting."""
from castingops.casting.models.profiles import ProfileRevision, PublishedLanguage, PublishedProfile, TalentProfile

__all__ = [
    "ProfileRevision", "PublishedLanguage", "PublishedProfile", "TalentProfile",
]
