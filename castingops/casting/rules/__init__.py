"""Pure decisions of casting, by use case."""
from castingops.casting.rules.ages import age_on, is_minor
from castingops.casting.rules.profiles import (
    check_birth_date_kept,
    check_guardian,
    check_submittable,
    checked_fields,
    checked_filters,
    missing,
)

__all__ = [
    "age_on", "check_birth_date_kept", "check_guardian", "check_submittable", "checked_fields", "checked_filters",
    "is_minor", "missing",
]
