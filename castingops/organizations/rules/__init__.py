"""Pure decisions about organizations: no database, no framework."""
from castingops.organizations.rules.names import checked_name, checked_slug, drafted, search_key, slug_key
from castingops.organizations.rules.ranks import (
    require_change,
    require_grant,
    require_removal,
    still_grants,
)

__all__ = [
    "checked_name", "checked_slug", "drafted", "require_change", "require_grant", "require_removal", "search_key",
    "slug_key", "still_grants",
]
