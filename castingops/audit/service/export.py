"""An export that proves itself: entries, payloads, signed heads, proofs, public key and verifier, in one zip."""
import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Row

from castingops.audit import queries, rules, verifier
from castingops.audit.errors import NothingToProve, TreeBroken
from castingops.audit.service.sequencing import head_of, public_keys
from castingops.audit.types import VERIFY_SECONDS

README = """\
This is an export of a castingops audit trail.

  python verifier.py {name}                          check it against its own public key
  python verifier.py {name} --public-key KNOWN.pem   check it against a key you already trust
  python verifier.py {name} --checkpoint HEAD.note   and against a signed head that was kept elsewhere

verifier.py is in this archive; it needs Python 3.11 and the `cryptography` package, nothing of castingops.
Its first lines say how the evidence hangs together.
"""


def export_trail(path: Path, *, subject_id: UUID | None = None, first: date | None = None,
                 last: date | None = None) -> int:
    """Write the placed trail up to the last signed head to `path`; returns how many entries.

    Of one subject, or of some days (of Riyadh), each entry carries the proof of its place instead of its neighbours;
    erasures that excuse a missing payload come along.
    Errors: NothingToProve before the first head; TreeBroken when an entry is gone; OSError.
    """
    queries.take_time(VERIFY_SECONDS)
    heads = [head_of(row) for row in queries.list_checkpoints()]
    if not heads:
        raise NothingToProve
    size = heads[-1].size
    tree = rules.Tree.over(list(queries.stream_leaf_hashes())[:size])
    complete = subject_id is None and first is None and last is None
    wanted = _Wanted(subject_id, *rules.ids_of_days(first, last))
    count = 0
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        with archive.open("entries.jsonl", "w", force_zip64=True) as stream:
            for line in _lines(wanted, size, None if complete else tree):
                stream.write(_json(line))
                count += 1
        _write_rest(archive, heads, tree, complete=complete, name=path.name)
    return count


class _Wanted:
    """Which entries an export takes."""

    def __init__(self, subject_id: UUID | None, since: UUID, below: UUID) -> None:
        self._subject_id, self._since, self._below = subject_id, since, below

    def __contains__(self, row: Row[Any]) -> bool:
        mine = self._subject_id is None or self._subject_id in (row.subject_id, row.entity_id)
        return mine and self._since <= row.id < self._below


def _lines(wanted: _Wanted, size: int, tree: rules.Tree | None) -> Iterator[dict[str, Any]]:
    erased = {str(row.id) for row in _placed(size) if row.payload is None and row in wanted} if tree else set()
    for row in _placed(size):
        excuses = row.action == verifier.ERASE and not erased.isdisjoint(row.payload["details"]["entries"])
        if excuses or row in wanted:
            yield _line(row) | ({"proof": [node.hex() for node in tree.inclusion(row.seq, size)]} if tree else {})


def _placed(size: int) -> Iterator[Row[Any]]:
    for row in queries.stream_rows():
        if row.seq is None or row.seq >= size:
            return
        if row.id is None:
            raise TreeBroken
        yield row


def _line(row: Row[Any]) -> dict[str, Any]:
    return {"seq": row.seq, "entry": rules.hashed(row), "leaf_hash": row.leaf_hash.hex(),
            "salt": row.salt.hex() if row.salt is not None else None, "payload": row.payload}


def _write_rest(archive: ZipFile, heads: list[verifier.Checkpoint], tree: rules.Tree, *, complete: bool,
                name: str) -> None:
    growth = [{"from": old.size, "to": new.size, "path": [node.hex() for node in tree.consistency(old.size, new.size)]}
              for old, new in pairwise(heads)]
    rows = [{"size": head.size, "root": head.root.hex(), "signed_at": verifier.instant(head.signed_at),
             "key_id": head.key_id, "signature": head.signature.hex()} for head in heads]
    archive.writestr("checkpoints.jsonl", b"".join(map(_json, rows)))
    archive.writestr("consistency.jsonl", b"".join(map(_json, growth)))
    archive.writestr("manifest.json", _json({"format": verifier.FORMAT, "complete": complete, "size": heads[-1].size}))
    archive.writestr("head.note", heads[-1].note())
    archive.writestr("public_key.pem", public_keys())
    archive.writestr("verifier.py", files("castingops.audit").joinpath("verifier.py").read_bytes())
    archive.writestr("README.txt", README.format(name=name))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
