"""What is hashed, proved and shown of the trail (COMP-8)."""
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.audit import rules, verifier
from castingops.audit.types import Scope
from castingops.core.privacy import Purpose

# The reference tree of RFC 6962's implementations (certificate-transparency-go, merkle tests).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaf(data: bytes) -> bytes:
    return verifier.hashlib.sha256(b"\x00" + data).digest()


def leaves(count: int) -> list[bytes]:
    return [leaf(bytes([number % 256, number // 256])) for number in range(count)]


def test_tree_has_the_reference_roots() -> None:
    """COMP-8: RFC 6962 hashing, byte for byte."""
    tree, frontier = rules.Tree.over([leaf(bytes.fromhex(data)) for data in LEAVES]), verifier.Frontier()
    for size, root in enumerate(ROOTS):
        assert tree.root(size).hex() == root
        assert frontier.root().hex() == root
        if size < len(LEAVES):
            frontier.push(leaf(bytes.fromhex(LEAVES[size])))


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 100])
def test_every_leaf_is_provable_and_no_other(size: int) -> None:
    """COMP-8: inclusion proofs hold for the leaf, the place, the size and the root they were made for."""
    hashes = leaves(size)
    tree = rules.Tree.over(hashes)
    root = tree.root(size)
    for seq in range(size):
        path = tree.inclusion(seq, size)
        assert verifier.includes(hashes[seq], seq, path, size=size, root=root)
        assert not verifier.includes(leaf(b"other"), seq, path, size=size, root=root)
        assert not verifier.includes(hashes[seq], (seq + 1) % size, path, size=size, root=root) or size == 1
        assert not verifier.includes(hashes[seq], seq, [*path, root], size=size, root=root)
        assert not verifier.includes(hashes[seq], seq, path[:-1], size=size, root=root) or not path


@pytest.mark.parametrize("new", [*range(1, 20), 32, 33, 64])
def test_every_growth_is_provable_and_no_other(new: int) -> None:
    """COMP-8: a later checkpoint proves that it only added."""
    hashes = leaves(new)
    tree = rules.Tree.over(hashes)
    other = rules.Tree.over([leaf(b"changed"), *hashes[1:]])
    for old in range(new + 1):
        path = tree.consistency(old, new)
        before, after = (old, tree.root(old)), (new, tree.root(new))
        assert verifier.extends(path, old=before, new=after)
        if old:
            assert not verifier.extends(path, old=(old, other.root(old)), new=after)
            assert not verifier.extends(path, old=before, new=(new, other.root(new)))
        if path:
            assert not verifier.extends(path[:-1], old=before, new=after)
            assert not verifier.extends([*path, path[0]], old=before, new=after)


def test_proofs_outside_the_tree_are_refused() -> None:
    tree = rules.Tree.over(leaves(4))
    with pytest.raises(ValueError, match="no leaf 4"):
        tree.inclusion(4, 4)
    with pytest.raises(ValueError, match="grows from 5"):
        tree.consistency(5, 4)
    assert not verifier.extends([], old=(5, b""), new=(4, b""))
    assert not verifier.includes(b"", 4, [], size=4, root=b"")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12)


@given(JSON)
def test_canonical_survives_a_round_trip(value: object) -> None:
    """COMP-8: what comes back from jsonb hashes to the same bytes, whatever order its keys have."""
    value = rules.plain(value)
    again = verifier.json.loads(verifier.json.dumps(value))
    assert verifier.canonical(again) == verifier.canonical(value)


def test_canonical_bytes_are_documented() -> None:
    """COMP-8: the bytes are a promise to whoever verifies; they must never change."""
    value = {"b": [1, True, None], "a": "قرار \"x\"\n\u007f", "ä": -0}
    assert verifier.canonical(value) == '{"a":"قرار \\"x\\"\\n\u007f","b":[1,true,null],"ä":0}'.encode()


@pytest.mark.parametrize("value", [1.0, b"x", {1: "x"}, {"x": [2.5]}, object(), (1,)])
def test_canonical_refuses_what_has_two_spellings(value: object) -> None:
    with pytest.raises(TypeError):
        verifier.canonical(value)


def test_plain_makes_text_of_what_json_lacks() -> None:
    moment = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    given_value = {"id": UUID(int=1), "at": moment, "on": date(2026, 11, 20), "why": Purpose.LEGAL,
                   "sum": Decimal("1.50"), "roles": frozenset({"b", "a"}), "pair": (1, 2), "bad": "a\x00b\ud800"}
    assert rules.plain(given_value) == {
        "id": "00000000-0000-0000-0000-000000000001", "at": "2026-11-20T10:00:00.000000Z", "on": "2026-11-20",
        "why": "legal", "sum": "1.50", "roles": ["a", "b"], "pair": [1, 2], "bad": "a\ufffdb\ufffd"}


@pytest.mark.parametrize("value", [1.5, b"x", object(), [0.1]])
def test_plain_refuses_what_is_not_stable(value: object) -> None:
    with pytest.raises(TypeError):
        rules.plain(value)


@pytest.mark.parametrize("action", ["casting.profile.submit", "audit.payload.erase", "identity.sign_in.fail"])
def test_actions_are_named_feature_thing_verb(action: str) -> None:
    assert rules.checked_action(action) == action


@pytest.mark.parametrize("action", ["", "submit", "casting.submit", "a.b.c.d", "A.b.c", "a.b.c ", "a.1b.c", "a..c"])
def test_other_names_are_refused(action: str) -> None:
    with pytest.raises(ValueError, match=r"feature\.thing\.verb"):
        rules.checked_action(action)


def test_hash_of_depends_on_content_only() -> None:
    assert rules.hash_of(None) is None
    assert rules.hash_of({"a": 1, "b": 2}) == rules.hash_of({"b": 2, "a": 1}) != rules.hash_of({"a": 1, "b": 3})


@pytest.mark.parametrize(("roles", "scope"), [
    ({"auditor"}, Scope.ALL), ({"admin", "support"}, Scope.ALL), ({"compliance_officer"}, Scope.ALL),
    ({"senior_moderator"}, Scope.TEAM), ({"moderator", "senior_moderator"}, Scope.TEAM),
    ({"moderator"}, Scope.OWN), ({"support"}, Scope.OWN), ({"finance"}, Scope.OWN), (set(), Scope.OWN)])
def test_scope_follows_the_matrix(roles: set[str], scope: Scope) -> None:
    """reliability.md §3: all for AU, CO, AD; the team for SM; one's own for the rest."""
    assert rules.scope_of(roles) is scope


def test_days_are_riyadhs() -> None:
    since, below = rules.ids_of_days(date(2026, 11, 20), date(2026, 11, 20))
    first = rules.entry_id(datetime(2026, 11, 19, 21, 0, tzinfo=UTC), 0)  # midnight in Riyadh
    last = rules.entry_id(datetime(2026, 11, 20, 20, 59, 59, 999999, tzinfo=UTC), 2**62 - 1)
    assert since == first < last < below
    assert rules.entry_id(datetime(2026, 11, 19, 20, 59, 59, 999999, tzinfo=UTC), 2**62 - 1) < since
    assert rules.ids_of_days(None, None) == (UUID(int=0), UUID(int=2**128 - 1))


def test_days_at_the_ends_of_the_calendar_bound_nothing() -> None:
    """A date field takes the years 1 to 9999; ids begin in 1970."""
    assert rules.ids_of_days(date.min, date.max) == rules.ids_of_days(None, None)
    _, below = rules.ids_of_days(None, date.min)
    assert below < rules.entry_id(datetime(2026, 11, 20, tzinfo=UTC), 0)


def test_ids_sort_by_microsecond() -> None:
    moments = [datetime(2026, 1, 1, 0, 0, 0, micro, tzinfo=UTC) for micro in (0, 1, 999, 1000, 1001, 999_999)]
    ids = [rules.entry_id(moment, 2**61) for moment in moments]
    assert ids == sorted(set(ids)) and all(one.version == 7 for one in ids)
