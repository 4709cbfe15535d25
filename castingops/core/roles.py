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


STAFF = frozenset(str(role) for role in StaffRole)
APPS = frozenset(str(role) for role in AppRole)
