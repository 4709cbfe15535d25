"""Selects of casting. Lists are fast reads of plain rows; rows to be changed are entities."""
from castingops.casting.queries.profiles import (
    AGE,
    FILTERS,
    LINE,
    NEWEST,
    ONE_PUBLISHED,
    PAGE_SIZE,
    PublishedRow,
    PublishedWhole,
    find_approved_before,
    find_profile,
    find_published,
    find_published_of,
    find_revision,
    find_shown,
    list_published,
    list_revisions,
    list_terms,
    lock_revision,
)

__all__ = [
    "AGE", "FILTERS", "LINE", "NEWEST", "ONE_PUBLISHED", "PAGE_SIZE", "PublishedRow", "PublishedWhole",
    "find_approved_before", "find_profile", "find_published", "find_published_of", "find_revision", "find_shown",
    "list_published", "list_revisions", "list_terms", "lock_revision",
]
