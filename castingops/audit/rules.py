"""Pure decisions of the trail: what an act is called, what is hashed of it, who sees it, what proves it."""
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID

from castingops.audit import verifier
from castingops.audit.types import Scope
from castingops.core.clock import RIYADH
from castingops.core.ids import uuid7
from castingops.core.roles import StaffRole

_ACTION = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*){2}", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL keeps neither; a browser may send either
_SEES_ALL = frozenset({StaffRole.AUDITOR, StaffRole.COMPLIANCE_OFFICER, StaffRole.ADMIN})
_EPOCH = date(1970, 1, 1)  # where the ids of entries begin


def checked_action(action: str) -> str:
    """The action as it is kept. Errors: ValueError unless it reads feature.thing.verb."""
    if not _ACTION.fullmatch(action):
        raise ValueError(f"an audited action is named feature.thing.verb, not {action!r}")
    return action


def plain(value: Any) -> Any:
    """`value` in types that have one spelling in JSON: ids, moments and amounts become text, sets sorted lists.

    Errors: TypeError for a float or anything else whose text is not stable.
    """
    if isinstance(value, Mapping):
        return {_text(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, Collection) and not isinstance(value, str | bytes):
        items = [plain(item) for item in value]
        return sorted(items, key=verifier.canonical) if isinstance(value, set | frozenset) else items
    if isinstance(value, Enum):
        return plain(value.value)
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        return verifier.instant(value)
    if isinstance(value, date | UUID | Decimal):
        return str(value)
    raise TypeError(f"an audit payload cannot hold {type(value).__name__}")


def _text(value: str) -> str:
    return _UNSTORABLE.sub("\ufffd", str(value))


def hash_of(state: Mapping[str, Any] | None) -> str | None:
    """The hash of what something was before or after an act, in hex: equal states have equal hashes."""
    return None if state is None else sha256(verifier.canonical(plain(state))).hexdigest()


def hashed(row: Any) -> dict[str, str | None]:
    """An entry's columns as its leaf hashes them: text, or None."""
    fields = {name: plain(getattr(row, name)) for name in verifier.ENTRY_FIELDS if name != "commitment"}
    return {**fields, "commitment": row.commitment.hex()}


def joined_roles(roles: Collection[str]) -> str | None:
    """The roles an actor held, as one text, or None for none."""
    return ",".join(sorted(roles)) or None


def entry_id(occurred_at: datetime, noise: int) -> UUID:
    """The id of an entry: UUIDv7 of its own moment, so that a range of dates is a range of ids. `noise`: 62 bits."""
    microseconds = int(occurred_at.timestamp()) * 1_000_000 + occurred_at.microsecond
    milliseconds, rest = divmod(microseconds, 1000)
    return uuid7(milliseconds, fraction=rest * 4096 // 1000, noise=noise)


def ids_of_days(first: date | None, last: date | None) -> tuple[UUID, UUID]:
    """The ids that entries of these days (of Riyadh, both included) can have: from the first, below the second."""
    below = UUID(int=2**128 - 1)
    since = entry_id(_midnight(first), 0) if first and first > _EPOCH else UUID(int=0)
    return since, entry_id(_midnight(max(last, _EPOCH) + timedelta(days=1)), 0) if last and last < date.max else below


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), RIYADH)


def scope_of(roles: Collection[str]) -> Scope:
    """How much of the trail a reader with these roles sees (reliability.md §3)."""
    if _SEES_ALL & set(roles):
        return Scope.ALL
    return Scope.TEAM if StaffRole.SENIOR_MODERATOR in roles else Scope.OWN


@dataclass(frozen=True)
class Tree:
    """A Merkle tree with all its perfect subtrees in memory, to make proofs: 64 MB of hashes for 1M leaves."""

    levels: tuple[Sequence[bytes], ...]

    @classmethod
    def over(cls, leaves: Sequence[bytes]) -> "Tree":
        """The tree over leaf hashes in order of their place."""
        levels = [leaves]
        while len(levels[-1]) > 1:
            below = levels[-1]
            pairs = range(0, len(below) - 1, 2)
            levels.append([verifier.hash_node(below[left], below[left + 1]) for left in pairs])
        return cls(tuple(levels))

    def root(self, size: int) -> bytes:
        """The root over the first `size` leaves."""
        return self._node(0, size) if size else verifier.EMPTY_ROOT

    def inclusion(self, seq: int, size: int) -> list[bytes]:
        """What proves that leaf `seq` is in the tree of `size` (RFC 9162 §2.1.3.1). Errors: ValueError outside it."""
        if not 0 <= seq < size <= len(self.levels[0]):
            raise ValueError(f"no leaf {seq} in a tree of {size}")
        path: list[bytes] = []
        first, last = 0, size
        while last - first > 1:
            middle = first + _split(last - first)
            if seq < middle:
                path.append(self._node(middle, last))
                last = middle
            else:
                path.append(self._node(first, middle))
                first = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """What proves that the tree of `new` begins with that of `old` (RFC 9162 §2.1.4.1). Errors: ValueError."""
        if not 0 <= old <= new <= len(self.levels[0]):
            raise ValueError(f"no tree grows from {old} to {new}")
        return self._subproof(old, 0, new, whole=True) if 0 < old < new else []

    def _subproof(self, old: int, first: int, last: int, *, whole: bool) -> list[bytes]:
        if first + old == last:
            return [] if whole else [self._node(first, last)]
        middle = first + _split(last - first)
        if first + old <= middle:
            return [*self._subproof(old, first, middle, whole=whole), self._node(middle, last)]
        return [*self._subproof(first + old - middle, middle, last, whole=False), self._node(first, middle)]

    def _node(self, first: int, last: int) -> bytes:
        size = last - first
        if size & (size - 1) == 0:  # perfect, and the splits above keep it aligned
            level = size.bit_length() - 1
            return self.levels[level][first >> level]
        middle = first + _split(size)
        return verifier.hash_node(self._node(first, middle), self._node(middle, last))


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1
