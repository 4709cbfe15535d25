"""Selects over identities. Those before anybody is signed in go through named definer functions (migration 0002)."""
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
from castingops.identity.queries.factors import (
    CHALLENGE,
    Challenged,
    count_recovery_codes,
    find_challenged,
    find_totp,
    list_passkeys,
    lock_challenge,
    lock_passkey,
)
from castingops.identity.queries.federation import FEDERATED, find_federated, find_identity, list_identities, note_used
from castingops.identity.queries.letters import (
    find_link,
    find_pending,
    list_pending,
    lock_pending,
    take_asked,
    take_link,
    void_links,
)
from castingops.identity.queries.proposals import (
    count_active,
    count_waiting,
    find_approved_since,
    find_proposal,
    list_open_about,
    list_proposals,
    lock_open_about,
    lock_overdue,
    lock_proposal,
)

__all__ = [
    "ACCOUNT", "CHALLENGE", "CREDENTIALS", "FEDERATED", "NAMES", "RECIPIENT", "REFRESH", "SESSION", "Challenged",
    "FamilyOfToken", "Name", "count_active", "count_recovery_codes", "count_waiting", "find_account",
    "find_approved_since", "find_challenged", "find_credentials", "find_federated", "find_identity", "find_link",
    "find_pending", "find_proposal", "find_recipient", "find_refresh", "find_staff_session", "find_totp", "find_user",
    "get_refresh_token", "list_failures", "list_holders", "list_identities", "list_old_passwords", "list_open_about",
    "list_passkeys", "list_pending", "list_proposals", "list_roles", "lock_challenge", "lock_family", "lock_open_about",
    "lock_overdue", "lock_passkey", "lock_pending", "lock_proposal", "lock_user", "names_of", "note_used", "roles_of",
    "take_asked", "take_link", "void_links",
]
