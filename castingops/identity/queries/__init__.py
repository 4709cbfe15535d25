"""Selects over identities, by use case."""
from castingops.identity.queries.accounts import (
    ACCOUNT,
    CREDENTIALS,
    NAMES,
    RECIPIENT,
    REFRESH,
    SESSION,
    FamilyOfToken,
    Name,
    find_account,
    find_credentials,
    find_recipient,
    find_refresh,
    find_staff_session,
    find_totp,
    find_user,
    get_refresh_token,
    list_failures,
    list_holders,
    list_old_passwords,
    list_roles,
    lock_family,
    lock_user,
    names_of,
    roles_of,
)

__all__ = [
    "ACCOUNT", "CREDENTIALS", "NAMES", "RECIPIENT", "REFRESH", "SESSION", "FamilyOfToken", "Name", "find_account",
    "find_credentials", "find_recipient", "find_refresh", "find_staff_session", "find_totp", "find_user",
    "get_refresh_token", "list_failures", "list_holders", "list_old_passwords", "list_roles", "lock_family",
    "lock_user", "names_of", "roles_of"
]
