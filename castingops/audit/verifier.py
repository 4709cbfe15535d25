"""What the audit trail's evidence means, and a check of an export that needs nothing else of ours.

Run it anywhere:  python verifier.py export.zip [--public-key trusted.pem] [--checkpoint anchored.note]
It needs Python 3.11 and the `cryptography` package; no database, no network, none of our other code.

How the evidence hangs together:
  canonical JSON   UTF-8, keys sorted by code point, no spaces, no floats (RFC 8785 for what it allows)
  commitment       SHA-256(salt || canonical(payload)); salt is 32 random bytes, payload is personal data
  leaf             SHA-256(0x00 || canonical({"seq": place, ...the entry, with its commitment}))
  tree             RFC 6962: node = SHA-256(0x01 || left || right)
  checkpoint       Ed25519 over a C2SP tlog-checkpoint note: origin, size, root, time of signing
  erasure          a payload may be missing only when a placed entry `audit.payload.erase` lists its entry
"""
import argparse
import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FORMAT = "castingops-audit-1"
ORIGIN = "castingops/audit"
ERASE = "audit.payload.erase"
EMPTY_ROOT = hashlib.sha256(b"").digest()
ENTRY_FIELDS = ("id", "occurred_at", "action", "entity_kind", "entity_id", "org_id", "subject_id", "actor_kind",
                "actor_role", "purpose", "request_id", "commitment")


def canonical(value: Any) -> bytes:
    """The bytes that are hashed: the same for equal values, whatever wrote them.

    Takes None, bool, int, str, lists and dicts with string keys. Errors: TypeError for anything else.
    """
    _refuse_unstable(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def _refuse_unstable(value: Any) -> None:
    if isinstance(value, dict | list):
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            _refuse_unstable(item)
        if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
            raise TypeError("keys of hashed values are strings")
    elif not (value is None or isinstance(value, bool | int | str)):
        raise TypeError(f"{type(value).__name__} has no one spelling in JSON")


def commitment_of(salt: bytes, payload: Mapping[str, Any]) -> bytes:
    """The commitment of an entry to its payload: it proves the payload, and says nothing once the salt is gone."""
    return hashlib.sha256(salt + canonical(dict(payload))).digest()


def hash_leaf(seq: int, entry: Mapping[str, Any]) -> bytes:
    """The leaf of an entry at its place `seq`, counted from 0; `entry` holds ENTRY_FIELDS as text or None."""
    return hashlib.sha256(b"\x00" + canonical({"seq": seq, **{name: entry[name] for name in ENTRY_FIELDS}})).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """An inner node (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Frontier:
    """A tree by its peaks, the roots of its perfect subtrees from large to small: all it takes to grow."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def push(self, leaf: bytes) -> None:
        """Append one leaf."""
        size, node = self.size, leaf
        while size & 1:
            node = hash_node(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over everything pushed."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = hash_node(peak, root)
        return root

    def copy(self) -> "Frontier":
        """A frontier of its own, to grow apart."""
        return Frontier(self.size, list(self.peaks))


def includes(leaf: bytes, seq: int, path: Sequence[bytes], *, size: int, root: bytes) -> bool:
    """Whether `path` proves `leaf` at `seq` in the tree of `size` with `root` (RFC 9162 §2.1.3.2)."""
    if not 0 <= seq < size:
        return False
    index, last, node = seq, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            node = hash_node(sibling, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = hash_node(node, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and node == root


def extends(path: Sequence[bytes], *, old: tuple[int, bytes], new: tuple[int, bytes]) -> bool:
    """Whether `path` proves that tree `new` (size, root) begins with all of `old` (RFC 9162 §2.1.4.2)."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size in (0, new_size):
        return not path and old_root == (new_root if old_size else EMPTY_ROOT)
    if old_size > new_size:
        return False
    steps = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    return bool(steps) and _walk(steps, old_size - 1, new_size - 1) == (old_root, new_root)


def _walk(steps: list[bytes], index: int, last: int) -> tuple[bytes, bytes] | None:
    while index & 1:
        index, last = index >> 1, last >> 1
    older = newer = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return None
        if index & 1 or index == last:
            older, newer = hash_node(sibling, older), hash_node(sibling, newer)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            newer = hash_node(newer, sibling)
        index, last = index >> 1, last >> 1
    return (older, newer) if last == 0 else None


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement: at `signed_at` the tree had `size` leaves and this `root`."""

    size: int
    root: bytes
    signed_at: datetime
    key_id: str
    signature: bytes

    def body(self) -> bytes:
        """What is signed: the text of the note, its line ends included."""
        return note_body(self.size, self.root, self.signed_at)

    def note(self) -> str:
        """The signed note as text (C2SP signed-note), to be kept somewhere else."""
        blob = base64.b64encode(bytes.fromhex(self.key_id) + self.signature).decode()
        return f"{self.body().decode()}\n\u2014 {ORIGIN} {blob}\n"

    def is_signed_by(self, keys: Mapping[str, Ed25519PublicKey]) -> bool:
        """Whether one of the trusted `keys`, by key id, made the signature."""
        try:
            keys[self.key_id].verify(self.signature, self.body())
        except (KeyError, InvalidSignature):
            return False
        return True


def note_body(size: int, root: bytes, signed_at: datetime) -> bytes:
    """The four lines that a checkpoint signs."""
    return f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n{instant(signed_at)}\n".encode()


def parse_note(note: str) -> Checkpoint:
    """The checkpoint of a signed note. Errors: ValueError when it is not one of ours."""
    body, _, signature = note.partition("\n\n")
    origin, size, root, signed_at = body.split("\n")
    dash, name, blob = signature.strip().split(" ")
    if origin != ORIGIN or name != ORIGIN or dash != "\u2014":
        raise ValueError(f"this note is not of {ORIGIN}")
    raw = base64.b64decode(blob)
    return Checkpoint(int(size), base64.b64decode(root), datetime.fromisoformat(signed_at), raw[:4].hex(), raw[4:])


def instant(moment: datetime) -> str:
    """A moment as it is hashed: UTC, six decimals, Z. Errors: ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def key_id(key: Ed25519PublicKey) -> str:
    """The id of a public key (C2SP signed-note: first four bytes of SHA-256 over name and key)."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(ORIGIN.encode() + b"\n\x01" + raw).digest()[:4].hex()


def load_keys(pem: bytes) -> dict[str, Ed25519PublicKey]:
    """Public keys by key id, from one PEM block or more. Errors: ValueError unless all are Ed25519."""
    end = b"-----END PUBLIC KEY-----"
    keys = [load_pem_public_key(block + end) for block in pem.split(end)[:-1]] or [load_pem_public_key(pem)]
    found = {key_id(key): key for key in keys if isinstance(key, Ed25519PublicKey)}
    if len(found) < len(keys):
        raise ValueError("a public key is not Ed25519")
    return found


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: `group` is entry, payload, place, checkpoint, anchor, unplaced or proof."""

    group: str
    message: str
    seq: int | None = None
    entry_id: str | None = None

    def __str__(self) -> str:
        where = "" if self.seq is None else f"seq {self.seq} "
        who = "" if self.entry_id is None else f"entry {self.entry_id} "
        return f"{where}{who}[{self.group}] {self.message}"


class Check:
    """Walks the leaves in order of their place and holds them against their entries, payloads and checkpoints.

    `complete` is whether every leaf will be shown; of a part, only rows are checked here, and places by `includes`.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint], keys: Mapping[str, Ed25519PublicKey], *,
                 complete: bool = True) -> None:
        self.findings: list[Finding] = []
        self.entries = self.erased = 0
        self.checkpoints = sorted(checkpoints, key=lambda one: one.size)
        self._waiting = list(self.checkpoints)
        self.complete = complete
        self._tree = Frontier()
        self._repaired: Frontier | None = None  # grows from the first wrong leaf on, with what the leaf should be
        self._broken = False
        self._missing: dict[str, int | None] = {}
        self._excused: set[str] = set()
        for one in self.checkpoints:
            if not one.is_signed_by(keys):
                self.report("checkpoint", f"the signature of the checkpoint of size {one.size} does not hold")
        if complete:
            self._compare_roots()

    def add(self, seq: int | None, entry: Mapping[str, Any] | None, *, entry_id: str, leaf: bytes,
            salt: bytes | None, payload: Mapping[str, Any] | None) -> None:
        """Take the next row; `seq` is None while an entry has no place, `entry` None when only a leaf is left."""
        self.entries += 1
        if seq is not None:
            self._check_place(seq, entry_id)
        should_be = leaf
        if entry is None:
            self.report("entry", "the entry of this leaf is gone", seq, entry_id)
        else:
            if seq is not None:
                should_be = hash_leaf(seq, entry)
            if should_be != leaf:
                self.report("entry", "the entry and its leaf differ", seq, entry_id)
            self._check_payload(seq, entry, salt, payload)
        if seq is not None and self.complete:
            self._grow(leaf, should_be)

    def _check_place(self, seq: int, entry_id: str) -> None:
        if self.complete and not self._broken and seq != self._tree.size:
            self._broken = True
            self.report("place", f"the leaf is gone; the next is seq {seq}, entry {entry_id}", self._tree.size)

    def _check_payload(self, seq: int | None, entry: Mapping[str, Any], salt: bytes | None,
                       payload: Mapping[str, Any] | None) -> None:
        if (payload is None or salt is None) and entry["action"] != ERASE:
            self._missing[entry["id"]] = seq
        elif payload is None or salt is None or commitment_of(salt, payload).hex() != entry["commitment"]:
            self.report("payload", "the payload is not the one this entry commits to", seq, entry["id"])
        elif entry["action"] == ERASE:
            self._excused.update((payload.get("details") or {}).get("entries") or [])

    def _grow(self, leaf: bytes, should_be: bytes) -> None:
        if leaf != should_be and self._repaired is None:
            self._repaired = self._tree.copy()
        if self._repaired is not None:
            self._repaired.push(should_be)
        self._tree.push(leaf)
        self._compare_roots()

    def _compare_roots(self) -> None:
        while self._waiting and self._waiting[0].size <= self._tree.size:
            one = self._waiting.pop(0)
            fits = one.root == self._tree.root() or (self._repaired and one.root == self._repaired.root())
            if not fits and not self._broken:
                self._broken = True  # every later root differs too: say it once
                self.report("checkpoint", f"the tree does not lead to the checkpoint of size {one.size}, signed "
                             f"{instant(one.signed_at)}: a leaf below seq {one.size} was changed, moved or added")

    def finish(self) -> list[Finding]:
        """Everything that does not hold, once all rows were taken."""
        if self.complete and self._waiting and not self._broken:
            self.report("place", f"the leaves from seq {self._tree.size} on are gone: the checkpoint signed "
                         f"{instant(self._waiting[0].signed_at)} covers {self._waiting[0].size}", self._tree.size)
        for entry_id, seq in self._missing.items():
            if entry_id not in self._excused:
                self.report("payload", "the payload is gone and no erasure says so", seq, entry_id)
        self.erased = len(self._missing.keys() & self._excused)
        if self.complete:
            for entry_id in sorted(self._excused - self._missing.keys()):
                self.report("payload", "an erasure lists this entry, and its payload is here", None, entry_id)
        return self.findings

    def tree(self) -> tuple[int, bytes]:
        """Size and root of what was shown."""
        return self._tree.size, self._tree.root()

    def report(self, group: str, message: str, seq: int | None = None, entry_id: str | None = None) -> None:
        """Note down something that does not hold."""
        self.findings.append(Finding(group, message, seq, entry_id))


def check_export(path: Path, *, keys: Mapping[str, Ed25519PublicKey] | None = None,
                 anchor: Checkpoint | None = None) -> Check:
    """Check an export against `keys`, else against its own. Errors: ValueError, KeyError, OSError: no export."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        if manifest["format"] != FORMAT:
            raise ValueError(f"this is not an export of format {FORMAT}")
        keys = keys or load_keys(archive.read("public_key.pem"))
        checkpoints = [_checkpoint_of(line) for line in _lines(archive, "checkpoints.jsonl")]
        anchors = [anchor] if anchor else []
        check = Check([*checkpoints, *anchors], keys, complete=manifest["complete"])
        for line in _lines(archive, "entries.jsonl"):
            _take(check, line, checkpoints)
        _check_growth(check, list(_lines(archive, "consistency.jsonl")), checkpoints)
    check.finish()
    return check


def _take(check: Check, line: Mapping[str, Any], checkpoints: Sequence[Checkpoint]) -> None:
    entry, seq, leaf = line["entry"], int(line["seq"]), bytes.fromhex(line["leaf_hash"])
    salt = None if line["salt"] is None else bytes.fromhex(line["salt"])
    check.add(seq, entry, entry_id=entry["id"], leaf=leaf, salt=salt, payload=line["payload"])
    if not check.complete:
        head, path = checkpoints[-1], [bytes.fromhex(node) for node in line["proof"]]
        if not includes(leaf, seq, path, size=head.size, root=head.root):
            check.report("proof", "the proof does not lead to the last checkpoint", seq, entry["id"])


def _check_growth(check: Check, proofs: Sequence[Mapping[str, Any]], checkpoints: Sequence[Checkpoint]) -> None:
    paths = {(proof["from"], proof["to"]): [bytes.fromhex(node) for node in proof["path"]] for proof in proofs}
    for old, new in pairwise(checkpoints):
        path = paths.get((old.size, new.size), [])
        if not extends(path, old=(old.size, old.root), new=(new.size, new.root)):
            check.report("checkpoint", f"that of size {new.size} does not grow from that of size {old.size}")


def _checkpoint_of(line: Mapping[str, Any]) -> Checkpoint:
    return Checkpoint(int(line["size"]), bytes.fromhex(line["root"]), datetime.fromisoformat(line["signed_at"]),
                      line["key_id"], bytes.fromhex(line["signature"]))


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    with archive.open(name) as stream:
        for line in stream:
            yield json.loads(line)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns 0 when everything holds, 1 when something does not, 2 when this is no export."""
    parser = argparse.ArgumentParser(description="Check an export of the audit trail.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--public-key", type=Path, help="the PEM you trust; without it the export's own is used")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint note that was kept elsewhere")
    options = parser.parse_args(arguments)
    try:
        keys = load_keys(options.public_key.read_bytes()) if options.public_key else None
        anchor = parse_note(options.checkpoint.read_text("utf-8")) if options.checkpoint else None
        check = check_export(options.export, keys=keys, anchor=anchor)
    except (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile) as error:
        print(f"FAIL: {options.export} cannot be read as an export: {error}")
        return 2
    for finding in check.findings:
        print(f"FAIL: {finding}")
    if check.findings:
        return 1
    if keys is None:
        print("note: checked against the export's own key; give --public-key to trust one you know")
    print(f"OK: {check.entries} entries ({check.erased} erased), {len(check.checkpoints)} checkpoints")
    return 0


if __name__ == "__main__":
    sys.exit(main())
