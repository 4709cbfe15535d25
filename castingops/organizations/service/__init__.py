"""The use cases of organizations."""
from castingops.organizations.service.gate import cache_figures, enter
from castingops.organizations.service.organizations import create, get, list_own

__all__ = ["cache_figures", "create", "enter", "get", "list_own"]
