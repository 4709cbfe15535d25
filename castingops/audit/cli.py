"""Operators' commands on the trail. `obj` of the click context makes the app."""
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click
from flask import Flask

from castingops.audit import service, verifier
from castingops.audit.types import Tally
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.core.errors import DomainError

MakeApp = Callable[[], Flask]
DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """The audit trail: verify it, sign its head, export it with its proofs."""


@audit.command()
@click.option("--checkpoint", "kept", type=FILE, help="a head that was kept elsewhere: hold the trail against it too")
@click.pass_obj
def verify(make_app: MakeApp, kept: Path | None) -> None:
    """Check every row, every payload, every place and every signature; exit 1 and name what does not hold."""
    head = _read_note(kept) if kept else None
    with make_app().app_context(), unit_of_work(system(), read_only=True):
        tally = service.verify(kept=head)
    for finding in tally.findings:
        click.echo(f"FAIL  {finding}")
    if not tally.holds:
        sys.exit(1)
    click.echo(_sentence(tally))


def _sentence(tally: Tally) -> str:
    return (f"OK  {tally.entries} entries: {tally.tree_size} placed, {tally.unplaced} waiting for a place, "
            f"{tally.erased} with an erased payload; {tally.checkpoints} checkpoints; root {tally.root.hex()}")


def _read_note(path: Path) -> verifier.Checkpoint:
    try:
        return verifier.parse_note(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{path} holds no checkpoint: {error}") from error


@audit.command()
@click.pass_obj
def checkpoint(make_app: MakeApp) -> None:
    """Sign the head of the tree now and print the latest one: keep it where nobody of this house can change it."""
    with make_app().app_context():
        with unit_of_work(system()):
            service.sign_head()
        with unit_of_work(system(), read_only=True):
            head = service.latest_head()
    if head is None:
        raise click.ClickException("the trail is empty: there is nothing to sign")
    click.echo(head.note(), nl=False)


@audit.command()
@click.option("--out", type=FILE, required=True, help="the zip to write")
@click.option("--subject", type=click.UUID, help="only entries about this person, each with its proof")
@click.option("--since", type=DAY, help="first day in Riyadh, as 2026-11-20")
@click.option("--until", type=DAY, help="last day in Riyadh, included")
@click.pass_obj
def export(make_app: MakeApp, out: Path, subject: UUID | None, since: datetime | None, until: datetime | None) -> None:
    """Write the trail with checkpoints, proofs, public key and the verifier of them. It holds personal data."""
    try:
        with make_app().app_context(), unit_of_work(system()):
            service.sign_head()
            count = service.export_trail(out, subject_id=subject, first=since and since.date(),
                                         last=until and until.date())
    except (DomainError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} entries in {out}; check it with: python verifier.py {out.name}")
