"""The standalone verifier: it passes what holds and names what does not (COMP-8)."""
import base64
import json
import os
import subprocess
import sys
import zipfile
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from castingops.audit import rules, verifier

KEY = Ed25519PrivateKey.generate()
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
Line = dict[str, Any]


def line(seq: int, action: str = "casting.profile.submit", details: Any = None) -> Line:
    payload = {"actor_id": str(UUID(int=7)), "ip": "192.0.2.1", "user_agent": "x", "before_hash": None,
               "after_hash": None, "details": details}
    salt = bytes([seq]) * 32
    entry = dict.fromkeys(verifier.ENTRY_FIELDS) | {
        "id": str(UUID(int=seq + 1)), "occurred_at": verifier.instant(NOON + timedelta(seconds=seq)),
        "action": action, "entity_kind": "talent_profile", "actor_kind": "person", "purpose": "profile",
        "commitment": verifier.commitment_of(salt, payload).hex()}
    return {"seq": seq, "entry": entry, "leaf_hash": verifier.hash_leaf(seq, entry).hex(), "salt": salt.hex(),
            "payload": payload}


def erased(lines: list[Line], seq: int) -> list[Line]:
    """The trail after the payload at `seq` was erased, with the entry that says so at the end."""
    lines = [*deepcopy(lines), line(len(lines), verifier.ERASE, {"entries": [lines[seq]["entry"]["id"]]})]
    lines[seq] |= {"salt": None, "payload": None}
    return lines


def checkpoint(lines: list[Line], size: int) -> verifier.Checkpoint:
    root = rules.Tree.over([bytes.fromhex(one["leaf_hash"]) for one in lines]).root(size)
    signed_at = NOON + timedelta(minutes=size)
    signature = KEY.sign(verifier.note_body(size, root, signed_at))
    return verifier.Checkpoint(size, root, signed_at, verifier.key_id(KEY.public_key()), signature)


def write(path: Path, lines: list[Line], checkpoints: list[verifier.Checkpoint], *, complete: bool = True) -> Path:
    tree = rules.Tree.over([bytes.fromhex(one["leaf_hash"]) for one in lines])
    growth = [{"from": old.size, "to": new.size,
               "path": [node.hex() for node in tree.consistency(old.size, new.size)]}
              for old, new in pairwise(checkpoints)]
    heads = [{"size": one.size, "root": one.root.hex(), "signed_at": verifier.instant(one.signed_at),
              "key_id": one.key_id, "signature": one.signature.hex()} for one in checkpoints]
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": verifier.FORMAT, "complete": complete}))
        for name, rows in (("entries", lines), ("checkpoints", heads), ("consistency", growth)):
            archive.writestr(f"{name}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        archive.writestr("public_key.pem", pem)
    return path


@pytest.fixture
def lines() -> list[Line]:
    return [line(seq) for seq in range(11)]


def findings(path: Path, **options: Any) -> list[str]:
    return [str(finding) for finding in verifier.check_export(path, **options).findings]


def test_whole_export_holds(tmp_path: Path, lines: list[Line]) -> None:
    path = write(tmp_path / "x.zip", lines, [checkpoint(lines, size) for size in (4, 7, 11)])
    check = verifier.check_export(path)
    assert (check.findings, check.entries, check.erased) == ([], 11, 0)


def test_erased_payload_is_excused_by_its_entry_only(tmp_path: Path, lines: list[Line]) -> None:
    lines = erased(lines, 3)
    path = write(tmp_path / "x.zip", lines, [checkpoint(lines, 12)])
    assert (findings(path), verifier.check_export(path).erased) == ([], 1)
    lines[5] |= {"salt": None, "payload": None}
    path = write(tmp_path / "x.zip", lines, [checkpoint(lines, 12)])
    assert findings(path) == [f"seq 5 entry {UUID(int=6)} [payload] the payload is gone and no erasure says so"]


def test_erased_payload_that_is_back_is_found(tmp_path: Path, lines: list[Line]) -> None:
    """COMP-8: a restored backup must not undo an erasure unseen."""
    again = erased(lines, 3)
    again[3] = lines[3]
    path = write(tmp_path / "x.zip", again, [checkpoint(again, 12)])
    assert findings(path) == [f"entry {UUID(int=4)} [payload] an erasure lists this entry, and its payload is here"]


def test_an_erasure_itself_cannot_be_erased(tmp_path: Path, lines: list[Line]) -> None:
    lines = erased(erased(lines, 3), 11)
    path = write(tmp_path / "x.zip", lines, [checkpoint(lines, 13)])
    assert any("seq 11" in finding and "[payload]" in finding for finding in findings(path))


@pytest.mark.parametrize("column", [*verifier.ENTRY_FIELDS])
def test_changed_entry_is_named(tmp_path: Path, lines: list[Line], column: str) -> None:
    heads = [checkpoint(lines, size) for size in (4, 11)]
    lines[6]["entry"][column] = "00" if column == "commitment" else str(UUID(int=999))
    found = findings(write(tmp_path / "x.zip", lines, heads))
    assert any(finding.startswith("seq 6 ") and "[entry]" in finding for finding in found), found
    assert all(finding.startswith("seq 6 ") for finding in found)


@pytest.mark.parametrize(("part", "value"), [
    ("salt", "00" * 32), ("payload", {"details": "other"}), ("leaf_hash", "00" * 32)])
def test_changed_evidence_is_named(tmp_path: Path, lines: list[Line], part: str, value: Any) -> None:
    heads = [checkpoint(lines, size) for size in (4, 11)]
    path = write(tmp_path / "x.zip", lines, heads)
    lines[6][part] = value
    rewrite(path, "entries.jsonl", lines)
    found = findings(path)
    assert len(found) == 1 and found[0].startswith("seq 6 "), found


def rewrite(path: Path, name: str, rows: list[Any]) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    members[name] = "".join(json.dumps(row) + "\n" for row in rows).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)


def test_changed_entry_with_a_new_leaf_breaks_the_checkpoint(tmp_path: Path, lines: list[Line]) -> None:
    heads = [checkpoint(lines, size) for size in (4, 11)]
    path = write(tmp_path / "x.zip", lines, heads)
    lines[6]["entry"]["action"] = "casting.profile.delete"
    lines[6]["leaf_hash"] = verifier.hash_leaf(6, lines[6]["entry"]).hex()
    rewrite(path, "entries.jsonl", lines)
    found = findings(path)
    assert len(found) == 1 and "checkpoint of size 11" in found[0]


def test_swapped_gone_and_cut_leaves_are_found(tmp_path: Path, lines: list[Line]) -> None:
    heads = [checkpoint(lines, size) for size in (4, 11)]
    path = write(tmp_path / "x.zip", lines, heads)
    swapped = deepcopy(lines)
    swapped[2]["seq"], swapped[3]["seq"] = 3, 2
    swapped[2], swapped[3] = swapped[3], swapped[2]
    rewrite(path, "entries.jsonl", swapped)
    assert {finding[:5] for finding in findings(path) if "[entry]" in finding} == {"seq 2", "seq 3"}
    rewrite(path, "entries.jsonl", [*lines[:5], *lines[6:]])
    assert findings(path) == [f"seq 5 [place] the leaf is gone; the next is seq 6, entry {UUID(int=7)}"]
    rewrite(path, "entries.jsonl", lines[:9])
    assert [finding for finding in findings(path) if finding.startswith("seq 9 [place]")]


def test_foreign_signature_is_found(tmp_path: Path, lines: list[Line]) -> None:
    path = write(tmp_path / "x.zip", lines, [checkpoint(lines, 11)])
    stranger = Ed25519PrivateKey.generate().public_key()
    assert "signature" in findings(path, keys={verifier.key_id(stranger): stranger})[0]


def test_keys_that_signed_before_count_beside_todays(lines: list[Line]) -> None:
    """A key is rotated; what it signed still holds."""
    other = Ed25519PrivateKey.generate().public_key()
    pem = b"".join(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
                   for key in (other, KEY.public_key()))
    keys = verifier.load_keys(pem)
    assert len(keys) == 2 and checkpoint(lines, 11).is_signed_by(keys)
    with pytest.raises(ValueError, match=r"PEM|key"):
        verifier.load_keys(b"none")


def test_anchor_catches_a_rewritten_history(tmp_path: Path, lines: list[Line]) -> None:
    """reliability.md row 19: even a consistent forgery, signed with our key, differs from a head kept elsewhere."""
    anchor = verifier.parse_note(checkpoint(lines, 11).note())
    forged = deepcopy(lines)
    forged[6]["entry"]["action"] = "casting.profile.delete"
    forged[6]["leaf_hash"] = verifier.hash_leaf(6, forged[6]["entry"]).hex()
    path = write(tmp_path / "x.zip", forged, [checkpoint(forged, 11)])
    assert findings(path) == []
    assert "checkpoint of size 11" in findings(path, anchor=anchor)[0]
    short = write(tmp_path / "y.zip", lines[:9], [checkpoint(lines[:9], 9)])
    assert findings(short) == [] and "seq 9 [place]" in findings(short, anchor=anchor)[0]


def test_partial_export_needs_proofs(tmp_path: Path, lines: list[Line]) -> None:
    head, tree = checkpoint(lines, 11), rules.Tree.over([bytes.fromhex(one["leaf_hash"]) for one in lines])
    some = [dict(lines[seq], proof=[node.hex() for node in tree.inclusion(seq, 11)]) for seq in (2, 6)]
    path = write(tmp_path / "x.zip", lines, [head], complete=False)
    rewrite(path, "entries.jsonl", some)
    assert findings(path) == []
    some[1]["proof"] = some[0]["proof"]
    rewrite(path, "entries.jsonl", some)
    assert findings(path) == [f"seq 6 entry {UUID(int=7)} [proof] the proof does not lead to the last checkpoint"]


def test_note_is_c2sp_text(lines: list[Line]) -> None:
    """C2SP tlog-checkpoint and signed-note: tools of others can read and check it."""
    one = checkpoint(lines, 4)
    body, _, signature = one.note().partition("\n\n")
    root = base64.b64encode(one.root).decode()
    assert body.split("\n") == [verifier.ORIGIN, "4", root, "2026-11-20T12:04:00.000000Z"]
    assert signature.startswith(f"\u2014 {verifier.ORIGIN} ") and signature.endswith("\n")
    assert verifier.parse_note(one.note()) == one


@pytest.mark.parametrize("note", [
    "", "x\n\ny", "other/log\n1\nAAAA\n2026-11-20T12:04:00Z\n\n\u2014 other/log AAAA\n"])
def test_foreign_notes_are_refused(note: str) -> None:
    with pytest.raises(ValueError):
        verifier.parse_note(note)


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ""}
    return subprocess.run([sys.executable, "-I", "verifier.py", *arguments], cwd=cwd, env=environment,
                          capture_output=True, text=True, check=False)


def test_runs_alone(tmp_path: Path, lines: list[Line]) -> None:
    """COMP-8: verifiable by an outsider, with one file and no code of ours."""
    assert verifier.__file__
    (tmp_path / "verifier.py").write_bytes(Path(verifier.__file__).read_bytes())
    write(tmp_path / "x.zip", lines, [checkpoint(lines, 11)])
    (tmp_path / "head.note").write_text(checkpoint(lines, 11).note(), "utf-8")
    done = run("x.zip", "--checkpoint", "head.note", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "") and "OK: 11 entries" in done.stdout
    lines[4]["payload"]["ip"] = "192.0.2.2"
    rewrite(tmp_path / "x.zip", "entries.jsonl", lines)
    done = run("x.zip", cwd=tmp_path)
    assert done.returncode == 1 and f"seq 4 entry {UUID(int=5)} [payload]" in done.stdout
    (tmp_path / "not.zip").write_text("x")
    assert run("not.zip", cwd=tmp_path).returncode == 2
