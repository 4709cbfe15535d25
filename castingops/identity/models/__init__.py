"""The tables of identity. Secrets are hashed or sealed: nothing here lets a reader sign in."""
from castingops.identity.models.accounts import (
    ROLES_OF_KIND,
    YEAR,
    OldPassword,
    RefreshFamily,
    RefreshToken,
    RevokedToken,
    RoleGrant,
    SignInFailure,
    StaffSessionRow,
    TotpSecret,
    User,
)
from castingops.identity.models.factors import FactorChallenge, Passkey, RecoveryCode
from castingops.identity.models.federation import FederatedIdentity
from castingops.identity.models.letters import AskedLetter, EmailedLink, PendingAccount
from castingops.identity.models.people import AccessMark
from castingops.identity.models.proposals import Proposal

__all__ = [
    "ROLES_OF_KIND", "YEAR", "AccessMark", "AskedLetter", "EmailedLink", "FactorChallenge", "FederatedIdentity",
    "OldPassword", "Passkey", "PendingAccount", "Proposal", "RecoveryCode", "RefreshFamily", "RefreshToken",
    "RevokedToken", "RoleGrant", "SignInFailure", "StaffSessionRow", "TotpSecret", "User",
]
