"""What to make of a provider's claims. Every one of them is somebody else's word: looked at, bounded, never trusted."""
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from castingops.core.arabic import is_line, tidy
from castingops.core.roles import STAFF
from castingops.identity.rules.accounts import email_key
from castingops.identity.types import CLAIM_MAX, GROUPS_MAX, NAME_MAX, Provider

_TRUE = (True, 1, "1", "true")
# Which claim of a provider says that the address is its holder's. Microsoft's own `email` is what an administrator of
# any tenant typed; only `xms_edov` says that the domain's owner stands behind it.
_CONFIRMS = {Provider.GOOGLE: "email_verified", Provider.GITHUB: "email_verified", Provider.MICROSOFT: "xms_edov"}
_TENANT = "{tenantid}"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def text_claim(claims: Mapping[str, Any], name: str) -> str:
    """A claim that is a text of bearable length; else empty."""
    value = claims.get(name)
    return value if isinstance(value, str) and len(value) <= CLAIM_MAX else ""


def moment_claim(claims: Mapping[str, Any], name: str) -> int | None:
    """A claim that is a moment in seconds since 1970; else None."""
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return int(value) if 0 <= value < 2**40 else None


def list_claim(claims: Mapping[str, Any], name: str) -> list[str]:
    """A claim that is a text or a list of texts, as providers write groups and methods; else empty."""
    value = claims.get(name)
    found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [one for one in found[:GROUPS_MAX] if isinstance(one, str) and len(one) <= CLAIM_MAX]


def confirmed_email(provider: Provider, claims: Mapping[str, Any]) -> str | None:
    """The e-mail in its one form when the provider says that it is its holder's.

    The house's own directory needs to say so only where it says anything: its administrators write its addresses.
    """
    confirms = claims.get("email_verified", True) if provider is Provider.SSO else claims.get(_CONFIRMS[provider])
    return email_key(text_claim(claims, "email")) if _is_true(confirms) else None


def suggested_name(claims: Mapping[str, Any]) -> str:
    """How the provider calls them, as we would keep it; else empty."""
    name = tidy(text_claim(claims, "name"))
    return name if is_line(name) and 1 <= len(name) <= NAME_MAX else ""


def is_issuer(expected: str, named: str, *, tenant: str | None = None) -> bool:
    """Whether `named` is who we asked.

    Microsoft's common issuer stands for that of whichever tenant somebody is of: of `tenant`, once a token says so.
    """
    if _TENANT not in expected:
        return named == expected
    before, _, after = expected.partition(_TENANT)
    found = named.removeprefix(before).removesuffix(after)
    return named == f"{before}{found}{after}" and _GUID.fullmatch(found) is not None and tenant in (None, found)


def checked_role_map(entries: Collection[str]) -> dict[str, frozenset[str]]:
    """Roles by group, of settings that read `group=role`; one group may stand in several. Errors: ValueError."""
    found: dict[str, frozenset[str]] = {}
    for entry in entries:
        group, _, role = entry.rpartition("=")
        if not group or role not in STAFF:
            raise ValueError("each of CASTINGOPS_SSO_ROLES reads group=role, with a role of staff")
        found[group] = found.get(group, frozenset()) | {role}
    return found


def mapped_roles(groups: Collection[str], entries: Collection[str]) -> frozenset[str]:
    """The roles that these groups bring, and no others: what is not mapped is not held."""
    by_group = checked_role_map(entries)
    return frozenset(role for group in groups for role in by_group.get(group, ()))


def is_strong(methods: Sequence[str], wanted: Collection[str]) -> bool:
    """Whether one of the methods of sign-in counts as a second factor."""
    return not set(wanted).isdisjoint(methods)


def _is_true(value: Any) -> bool:
    return isinstance(value, bool | int | str) and value in _TRUE
