"""Operators' commands on the translation catalogues."""
from pathlib import Path

import click

from castingops.core import catalogues
from castingops.core.config import ROOT, TRANSLATIONS


@click.group()
def translations() -> None:
    """Keep the catalogues in step with the sources."""


@translations.command()
@click.option("--fragments", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="folder of JSON files with Arabic for new messages")
def update(fragments: Path | None) -> None:
    """Take new messages in, unused ones out, and fill in Arabic from FRAGMENTS."""
    for complaint in catalogues.update(ROOT, TRANSLATIONS, fragments):
        click.echo(complaint, err=True)


@translations.command()
def check() -> None:
    """Say what is missing, unused or bad Arabic; exit 1 when anything is."""
    found = catalogues.check(ROOT, TRANSLATIONS)
    for problem in found:
        click.echo(problem)
    raise SystemExit(1 if found else 0)


@translations.command(name="compile")
def compile_catalogues() -> None:
    """Make the compiled files, for images whose folders are read-only later."""
    catalogues.compile_all(TRANSLATIONS, catalogues.PLURALS)
