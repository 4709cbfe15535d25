"""The roles people can hold, for permissions to name. Who holds which is identity's."""
from enum import StrEnum


class StaffRole(StrEnum):
    """Roles in the staff console (domain rule: an auditor holds no other)."""

    MODERATOR = "moderator"
    SENIOR_MODERATOR = "senior_moderator"
    COMPLIANCE_OFFICER = "compliance_officer"
    FINANCE = "finance"
    SUPPORT = "support"
    AUDITOR = "auditor"
    ADMIN = "admin"


class AppRole(StrEnum):
    """Roles of the people who use the apps through the API."""

    TALENT = "talent"
    GUARDIAN = "guardian"
    HIRER = "hirer"


class OrgRole(StrEnum):
    """Ranks within one organization, from the highest to the lowest (REQUIREMENTS Appendix 1, P6)."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"

    def covers(self, needed: "OrgRole") -> bool:
        """Whether this rank is `needed` or above it."""
        return _RANKS.index(self) <= _RANKS.index(needed)


_RANKS = tuple(OrgRole)
STAFF = frozenset(str(role) for role in StaffRole)
APPS = frozenset(str(role) for role in AppRole)
