"""Pure decisions of casting, by use case."""
from castingops.casting.rules.ages import age_on, is_minor, youngest_adult
from castingops.casting.rules.profiles import (
    check_birth_date_kept,
    check_guardian,
    check_submittable,
    checked_fields,
    checked_filters,
    missing,
)
from castingops.casting.rules.profiles_completeness import completeness, published_details, title_of
from castingops.casting.rules.profiles_search import ar_norm, search_terms, search_words

__all__ = [
    "age_on", "ar_norm", "check_birth_date_kept", "check_guardian", "check_submittable", "checked_fields",
    "checked_filters", "completeness", "is_minor", "missing", "published_details", "search_terms",
    "search_words", "title_of", "youngest_adult",
]
