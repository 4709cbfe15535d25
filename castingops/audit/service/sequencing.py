"""Growing the tree: entries get their place, heads are signed and leave the database. The system's work: no actor."""
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from castingops.audit import queries, rules, verifier
from castingops.audit.errors import TreeBroken
from castingops.audit.models import AuditCheckpoint
from castingops.audit.types import PLACE_BATCH, PLACE_LIMIT
from castingops.core import clock
from castingops.core.config import current_settings
from castingops.core.db import save
from castingops.core.storage import ObjectNotFound, current_storage

LATEST = "audit/checkpoints/latest.note"


def place_entries(*, wait: bool = False) -> int:
    """Give waiting entries their place at the end of the tree, oldest first; returns how many.

    One at a time does this: who comes second leaves it to the first, or waits when told to. An entry whose transaction
    commits late gets a later place than its time, and is never skipped.
    Errors: TreeBroken when leaves that a checkpoint covers are gone.
    """
    if wait:
        queries.wait_for_turn()
    elif not queries.take_turn():
        return 0
    size, head = queries.tree_size(), queries.find_last_checkpoint()
    if head is not None and size < head.tree_size:
        raise TreeBroken
    placed = 0
    while placed < PLACE_LIMIT and (batch := queries.list_pending(PLACE_BATCH)):
        queries.place_leaves([
            {"seq": seq, "entry_id": entry.id, "leaf_hash": verifier.hash_leaf(seq, rules.hashed(entry))}
            for seq, entry in enumerate(batch, start=size + placed)])
        placed += len(batch)
    return placed


def sign_head() -> verifier.Checkpoint | None:
    """Place what waits and sign the head of the tree, unless it has not grown since the last one.

    Reads only the leaves since that one. Errors: TreeBroken when the tree does not fit it.
    """
    place_entries(wait=True)
    last = queries.find_last_checkpoint()
    frontier = _frontier_of(last)
    for leaf in queries.stream_leaf_hashes(frontier.size):
        frontier.push(leaf)
    if frontier.size == (last.tree_size if last else 0):
        return None
    key, moment = signing_key(), clock.now()
    root = frontier.root()
    signature = key.sign(verifier.note_body(frontier.size, root, moment))
    row = AuditCheckpoint(tree_size=frontier.size, root=root, peaks=frontier.peaks, signed_at=moment,
                          key_id=verifier.key_id(key.public_key()), signature=signature)
    save(row)
    return head_of(row)


def _frontier_of(last: AuditCheckpoint | None) -> verifier.Frontier:
    if last is None:
        return verifier.Frontier()
    frontier = verifier.Frontier(last.tree_size, list(last.peaks))
    if frontier.root() != last.root or not head_of(last).is_signed_by(trusted_keys()):
        raise TreeBroken
    return frontier


def head_of(row: AuditCheckpoint) -> verifier.Checkpoint:
    """A stored head as the verifier knows it."""
    return verifier.Checkpoint(row.tree_size, row.root, row.signed_at, row.key_id, row.signature)


def latest_head() -> verifier.Checkpoint | None:
    """The last signed head, or None before the first."""
    row = queries.find_last_checkpoint()
    return head_of(row) if row else None


def anchor(size: int) -> None:
    """Put the signed head of this size where the database cannot reach it: a note in the store, and as the latest.

    A later head that was put first stays the latest. Errors: StorageUnavailable; TreeBroken when the head is gone.
    """
    row = queries.find_checkpoint(size)
    if row is None:
        raise TreeBroken
    note, store = head_of(row).note().encode(), current_storage()
    store.put(f"audit/checkpoints/{size:020d}.note", note, "text/plain; charset=utf-8")
    latest = anchored()
    if latest is None or latest.size <= size:
        store.put(LATEST, note, "text/plain; charset=utf-8")


def anchored() -> verifier.Checkpoint | None:
    """The latest head outside the database, or None before the first. Errors: StorageUnavailable, ValueError."""
    try:
        return verifier.parse_note(current_storage().get(LATEST).decode())
    except ObjectNotFound:
        return None


def signing_key() -> Ed25519PrivateKey:
    """The key that signs heads, from the settings."""
    pem = current_settings().audit_signing_key.get_secret_value().encode()
    return cast(Ed25519PrivateKey, load_pem_private_key(pem, None))


def trusted_keys() -> dict[str, Ed25519PublicKey]:
    """The public keys whose heads count, by key id: today's, and those that signed before it."""
    return verifier.load_keys(public_keys())


def public_keys() -> bytes:
    """The same in PEM, one block after the other. Errors: ValueError for a fallback that is no key."""
    blocks = [signing_key().public_key(), *map(_public_half, current_settings().audit_key_fallbacks)]
    return b"".join(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in blocks)


def _public_half(pem: str) -> Any:
    raw = pem.encode()
    return load_pem_private_key(raw, None).public_key() if "PRIVATE KEY" in pem else load_pem_public_key(raw)
