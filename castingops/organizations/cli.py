"""Operators' commands for organizations. They run in the app's context."""
from uuid import UUID

import click

from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.organizations.service import vault as service


@click.group()
def vault() -> None:
    """Secrets that organizations keep with us."""


@vault.command()
def reseal() -> None:
    """Seal again what older master keys sealed. Broken off, it is simply run again; then the old key may go."""
    taken, after = 0, UUID(int=0)
    while True:
        with unit_of_work(system()):
            done = service.reseal_next(after)
        if done is None:
            break
        after, taken = done[0], taken + done[1]
    click.echo(f"{taken} sealed again")
