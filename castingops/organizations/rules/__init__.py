"""Pure decisions about organizations: no database, no framework."""
from castingops.organizations.rules.credentials import (
    checked_credential_name,
    checked_provider,
    checked_secret,
    masked,
)
from castingops.organizations.rules.names import billing, checked_name, checked_slug, drafted, search_key, slug_key
from castingops.organizations.rules.ranks import (
    manages,
    require_change,
    require_grant,
    require_removal,
    still_grants,
)

__all__ = [
    "billing", "checked_credential_name", "checked_name", "checked_provider", "checked_secret", "checked_slug",
    "drafted", "manages", "masked", "require_change", "require_grant", "require_removal", "search_key", "slug_key",
    "still_grants",
]
