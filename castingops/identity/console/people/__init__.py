"""The people pages of the console: colleagues and their roles, what takes two people, access, accounts of the apps."""
from castingops.identity.console.people import accounts, proposals, reviews, roles, staff
from castingops.identity.console.people.base import blueprint

__all__ = ["accounts", "blueprint", "proposals", "reviews", "roles", "staff"]
