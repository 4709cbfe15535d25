"""The tables of casting."""
from castingops.casting.models.applications import (
    ApplicationEventRow,
    ApplicationNote,
    ApplicationPhoto,
    ApplicationRating,
    ApplicationReview,
    ApplicationRow,
)
from castingops.casting.models.calls import (
    CallRevisionRow,
    CallRole,
    CastingCall,
    PublishedCall,
    PublishedRole,
    StopRuleRow,
)
from castingops.casting.models.profiles import (
    ProfileRevision,
    ProfileTerm,
    PublishedLanguage,
    PublishedProfile,
    TalentProfile,
)
from castingops.casting.models.share_links import ShareLink, ShareView

__all__ = [
    "ApplicationEventRow", "ApplicationNote", "ApplicationPhoto", "ApplicationRating", "ApplicationReview",
    "ApplicationRow", "CallRevisionRow", "CallRole", "CastingCall", "ProfileRevision", "ProfileTerm", "PublishedCall",
    "PublishedLanguage", "PublishedProfile", "PublishedRole", "ShareLink", "ShareView", "StopRuleRow",
    "TalentProfile",
]
