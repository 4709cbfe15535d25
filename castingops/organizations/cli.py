"""Operators' commands for organizations. They run in the app's context."""
from uuid import UUID

import click

from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.organizations import service as organizations
from castingops.organizations.errors import OrganizationNotFound
from castingops.organizations.service import vault as service
from castingops.organizations.types import Plan


@click.group()
def vault() -> None:
    """Secrets that organizations keep with us."""


@vault.command()
def reseal() -> None:
    """Seal again what older master keys sealed. Broken off, it is simply run again; then the old key may go."""
    taken, broken, after = 0, 0, UUID(int=0)
    while True:
        with unit_of_work(system()):
            done = service.reseal_next(after)
        if done is None:
            break
        after, taken, broken = done.org_id, taken + done.done, broken + done.broken
    click.echo(f"{taken} sealed again")
    if broken:
        raise click.ClickException(f"{broken} open under no key that the settings name: do not take the old one away")


@click.command()
@click.argument("organization", type=click.UUID)
@click.argument("plan_name", metavar="PLAN", type=click.Choice([str(each) for each in Plan]))
def plan(organization: UUID, plan_name: str) -> None:
    """Give ORGANIZATION (its id) another PLAN, until billing does."""
    try:
        with unit_of_work(system()):
            organizations.set_plan(organization, Plan(plan_name), actor=system())
    except OrganizationNotFound as refusal:
        raise click.ClickException("there is no organization with this id") from refusal
    click.echo(f"{organization}: {plan_name}")
