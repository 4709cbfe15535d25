"""What the API takes and documents. Shapes only: what may be written is decided by rules, for every caller alike."""
from castingops.casting.schemas.common import LanguageSkillSchema
from castingops.casting.schemas.profiles import (
    OwnTalentProfileSchema,
    PhotoLinksSchema,
    PublishedProfileDetailSchema,
    PublishedProfileSchema,
    PublishedQuerySchema,
    SubmissionSchema,
    TalentProfileSchema,
)
from castingops.casting.schemas.profiles_attributes import VisibilitySchema

__all__ = [
    "LanguageSkillSchema", "OwnTalentProfileSchema", "PhotoLinksSchema", "PublishedProfileDetailSchema",
    "PublishedProfileSchema", "PublishedQuerySchema", "SubmissionSchema", "TalentProfileSchema",
    "VisibilitySchema",
]
