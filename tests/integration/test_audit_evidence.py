"""Erasure and export: personal data goes, evidence stays, and an outsider can check it (COMP-8, PDPL art. 18)."""
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from castingops.audit import cli, privacy, service, verifier
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.config import Settings
from castingops.core.db import session, unit_of_work
from castingops.core.errors import NotFound
from tests import keys
from tests.factories import audit as factory

pytestmark = pytest.mark.early


def erase(app: Flask, subject_id: UUID, actor: Actor | None = None) -> int:
    with app.app_context(), unit_of_work(actor or system()):
        return privacy.erase(subject_id, actor=actor or system())


def sign(app: Flask) -> None:
    with factory.as_system(app):
        service.sign_head()


def run(app: Flask, *arguments: str) -> Result:
    return CliRunner().invoke(cli.audit, list(arguments), obj=lambda: app)


def payloads(superuser: psycopg.Connection, *ids: UUID) -> int:
    row = superuser.execute("select count(*) from audit_payloads where entry_id = any(%s)", [list(ids)]).fetchone()
    assert row
    return int(row[0])


def test_erase_takes_payloads_and_the_trail_still_holds(app: Flask, superuser: psycopg.Connection) -> None:
    person, moderator, other = factory.talent(), factory.staff("moderator"), factory.talent()
    about = factory.record(app, moderator, "moderation.case.decide", subject_id=person.user_id)
    own = factory.record(app, person)
    as_guardian = factory.record(app, person, subject_id=other.user_id)
    theirs = factory.record(app, other)
    sign(app)
    assert erase(app, person.subject) == 3
    assert (payloads(superuser, about, own, as_guardian), payloads(superuser, theirs)) == (0, 1)
    sign(app)
    with factory.as_system(app):
        tally = service.verify()
    assert tally.holds and tally.erased >= 3
    assert superuser.execute("select count(*) from audit_entries where id = any(%s)",
                             [[about, own, as_guardian]]).fetchone() == (3,)


def test_erase_twice_erases_once(app: Flask, superuser: psycopg.Connection) -> None:
    person = factory.talent()
    factory.record(app, person)
    assert (erase(app, person.subject), erase(app, person.subject)) == (1, 0)
    erasures = "select count(*) from audit_entries where action = %s and entity_id = %s"
    assert superuser.execute(erasures, [verifier.ERASE, person.user_id]).fetchone() == (1,)


def test_erasing_staff_keeps_who_decided(app: Flask, superuser: psycopg.Connection) -> None:
    """Accountability: what staff did to others stays, whoever asks."""
    moderator = factory.staff("moderator")
    decided = factory.record(app, moderator, "moderation.case.decide", subject_id=uuid4())
    assert moderator.user_id and erase(app, moderator.user_id) == 0
    assert payloads(superuser, decided) == 1


def test_a_person_cannot_erase_another(app: Flask) -> None:
    victim = factory.talent()
    factory.record(app, victim)
    with pytest.raises(NotFound):
        erase(app, victim.subject, actor=factory.talent())


@pytest.mark.parametrize("who", ["person", "staff elsewhere", "no erasure", "too many"])
def test_function_erases_only_what_an_erasure_lists(app: Flask, superuser: psycopg.Connection, who: str) -> None:
    """The one way to delete a payload refuses everything but its use: the app role has no other."""
    victim = factory.talent()
    target = factory.record(app, victim)
    listed = [target, uuid4()] if who == "too many" else [target]
    actor = victim if who == "person" else system(uuid4() if who == "staff elsewhere" else victim.subject)
    action = "audit.payload.keep" if who == "no erasure" else verifier.ERASE
    erasure = factory.record(app, actor, action, entity_id=victim.subject, details={"entries": listed})
    with pytest.raises(DBAPIError, match="erasure"), app.app_context(), unit_of_work(actor):
        session().execute(text("select audit_erase_payloads(:id)"), {"id": erasure})
    assert payloads(superuser, target) == 1
    with superuser.transaction():  # what this test forged would be found: take it back before others verify
        superuser.execute("set local session_replication_role = replica")
        superuser.execute("delete from audit_payloads where entry_id = %s", [erasure])
        superuser.execute("delete from audit_pending where entry_id = %s", [erasure])
        superuser.execute("delete from audit_entries where id = %s", [erasure])


def test_export_of_a_person_leaves_others_out(app: Flask) -> None:
    """COMP-2: one sees what was done about one; the moderator's address is the moderator's."""
    person, moderator = factory.talent(), factory.staff("moderator")
    factory.record(app, person, details={"field": "city"})
    factory.record(app, moderator, "moderation.case.decide", subject_id=person.user_id, details={"policy": "M-1"})
    with factory.as_system(app):
        rows = privacy.export(person.subject)
    assert [(row["action"], row["ip"], row["details"]) for row in rows] == [
        ("casting.profile.submit", "198.51.100.9", {"field": "city"}),
        ("moderation.case.decide", None, {"policy": "M-1"})]


def standalone(path: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier that came in the export, alone."""
    with zipfile.ZipFile(path) as archive:
        archive.extract("verifier.py", folder)
        archive.extract("public_key.pem", folder)
    return subprocess.run([sys.executable, "-I", "verifier.py", str(path), *options], cwd=folder,
                          capture_output=True, text=True, check=False)


def test_whole_export_verifies_alone(app: Flask, tmp_path: Path) -> None:
    """COMP-8: verifiable by an outsider, erasures included."""
    person = factory.talent()
    factory.record(app, person, details={"قرار": "اعتماد"})
    sign(app)
    erase(app, person.subject)
    factory.record(app, factory.talent())
    sign(app)
    done = run(app, "export", "--out", str(tmp_path / "x.zip"))
    assert done.exit_code == 0, done.output
    alone = standalone(tmp_path / "x.zip", tmp_path, "--public-key", "public_key.pem")
    assert (alone.returncode, alone.stderr) == (0, ""), alone.stdout


def test_export_of_one_subject_carries_proofs(app: Flask, tmp_path: Path) -> None:
    person, erased_guardian = factory.talent(), factory.talent()
    factory.record(app, person)
    factory.record(app, erased_guardian, subject_id=person.user_id)
    factory.record(app, factory.talent())
    sign(app)
    erase(app, erased_guardian.subject)
    sign(app)
    done = run(app, "export", "--out", str(tmp_path / "x.zip"), "--subject", str(person.user_id))
    assert done.exit_code == 0, done.output
    alone = standalone(tmp_path / "x.zip", tmp_path)
    assert alone.returncode == 0 and "OK: 3 entries (1 erased)" in alone.stdout, alone.stdout
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        told = archive.read("entries.jsonl").decode()
    assert str(person.user_id) in told and told.count("\n") == 3


def test_export_of_days_takes_those_days(app: Flask, tmp_path: Path) -> None:
    moment = datetime(2020, 2, 3, 20, 59, tzinfo=UTC)  # 23:59 of the third in Riyadh
    for later in (timedelta(), timedelta(minutes=2)):
        with clock.held_at(moment + later):
            factory.record(app, factory.talent())
    sign(app)
    done = run(app, "export", "--out", str(tmp_path / "x.zip"), "--since", "2020-02-03", "--until", "2020-02-03")
    assert done.exit_code == 0 and "1 entries" in done.output, done.output
    assert standalone(tmp_path / "x.zip", tmp_path).returncode == 0


def test_verify_command_says_ok_and_fails_by_name(app: Flask, superuser: psycopg.Connection) -> None:
    """Issue 2 §2: passes; one byte changed by a superuser, and it fails, naming the row."""
    entry_id = factory.record(app, factory.talent())
    sign(app)
    done = run(app, "verify")
    assert done.exit_code == 0 and done.output.startswith("OK"), done.output
    change = "update audit_payloads set payload = jsonb_set(payload, '{ip}', to_jsonb(%s::text)) where entry_id = %s"
    superuser.execute(change, ["198.51.100.8", entry_id])
    try:
        done = run(app, "verify")
    finally:
        superuser.execute(change, ["198.51.100.9", entry_id])
    assert done.exit_code == 1 and f"entry {entry_id} [payload]" in done.output
    assert run(app, "verify").exit_code == 0


def test_rotated_key_still_counts(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch,
                                  tmp_path: Path) -> None:
    """After a rotation the old key is a fallback: heads that it signed hold, and exports carry both."""
    factory.record(app, factory.talent())
    sign(app)
    old, new = settings.audit_signing_key.get_secret_value(), SecretStr(keys.ed25519_pem())
    with monkeypatch.context() as patch:
        patch.setitem(app.extensions, "settings", settings.model_copy(update={"audit_signing_key": new}))
        assert "signature" in run(app, "verify").output
        rotated = {"audit_signing_key": new, "audit_key_fallbacks": (old,)}
        patch.setitem(app.extensions, "settings", settings.model_copy(update=rotated))
        assert run(app, "verify").exit_code == 0
        assert run(app, "export", "--out", str(tmp_path / "x.zip")).exit_code == 0
        assert standalone(tmp_path / "x.zip", tmp_path).returncode == 0


def test_verify_command_holds_the_trail_against_a_kept_head(app: Flask, tmp_path: Path) -> None:
    factory.record(app, factory.talent())
    done = run(app, "checkpoint")
    assert done.exit_code == 0 and done.output.startswith(verifier.ORIGIN)
    note = tmp_path / "head.note"
    note.write_text(done.output, "utf-8")
    assert run(app, "verify", "--checkpoint", str(note)).exit_code == 0
    kept = verifier.parse_note(done.output)
    other = verifier.Checkpoint(kept.size, b"\0" * 32, kept.signed_at, kept.key_id, kept.signature)
    note.write_text(other.note(), "utf-8")
    assert run(app, "verify", "--checkpoint", str(note)).exit_code == 1
    note.write_text("nonsense", "utf-8")
    done = run(app, "verify", "--checkpoint", str(note))
    assert done.exit_code == 2 and "checkpoint" in done.output
