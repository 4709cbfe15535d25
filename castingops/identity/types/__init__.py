"""Names, bounds, lifetimes and values that the whole feature shares, by use case."""
from castingops.identity.types.accounts import (
    APP_AUDIENCE,
    CODE_WAIT,
    EMAIL_MAX,
    LEEWAY,
    NAME_MAX,
    PASSWORD_MAX,
    PASSWORD_MIN,
    PASSWORDS_REMEMBERED,
    REUSE_GRACE,
    REVOCATION_KEPT,
    REVOKED_WITHIN,
    ROLE_TITLES,
    SEEN_EVERY,
    Access,
    Account,
    AccountKind,
    AccountStatus,
    Credentials,
    Factor,
    FirstStep,
    Me,
    NewStaff,
    Registration,
    Restriction,
    StaffSession,
    Tokens,
    Transport,
    Turn,
)

__all__ = [
    "APP_AUDIENCE", "CODE_WAIT", "EMAIL_MAX", "LEEWAY", "NAME_MAX", "PASSWORDS_REMEMBERED", "PASSWORD_MAX",
    "PASSWORD_MIN", "REUSE_GRACE", "REVOCATION_KEPT", "REVOKED_WITHIN", "ROLE_TITLES", "SEEN_EVERY", "Access",
    "Account", "AccountKind", "AccountStatus", "Credentials", "Factor", "FirstStep", "Me", "NewStaff",
    "Registration", "Restriction", "StaffSession", "Tokens", "Transport", "Turn"
]
