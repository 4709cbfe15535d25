"""Operators' commands for accounts. They run as the system, in the app's context."""
from collections.abc import Iterator
from contextlib import contextmanager

import click

from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.core.errors import DomainError
from castingops.core.i18n import LOCALES
from castingops.core.roles import STAFF
from castingops.identity import service

ROLE = click.Choice(sorted(STAFF))


@click.group("user")
def user() -> None:
    """Accounts of staff."""


@user.command()
@click.option("--email", required=True, help="their work e-mail")
@click.option("--role", "roles", type=ROLE, multiple=True, required=True, help="give it again for another role")
@click.option("--locale", type=click.Choice(LOCALES), default="en", show_default=True, help="the console's language")
@click.option("--name", default="", help="how colleagues see them; default: the e-mail's first part")
def create(email: str, roles: tuple[str, ...], locale: str, name: str) -> None:
    """Make a staff account; prints its one-time code secret and a password that is replaced at the first sign-in."""
    with _refusals(), unit_of_work(system()):
        new = service.create_staff(actor=system(), email=email, roles=roles, locale=locale,
                                   display_name=name or email.partition("@")[0])
    click.echo(f"id           {new.user_id}\npassword     {new.password}\ntotp secret  {new.totp_secret}")


@user.command()
@click.option("--email", required=True, help="whose account")
@click.option("--role", type=ROLE, required=True, help="the role to add")
def grant(email: str, role: str) -> None:
    """Give a staff account one more role; its sessions end."""
    with _refusals(), unit_of_work(system()):
        service.grant(service.get_user_id(email), role, actor=system())
    click.echo(f"{email} is now {role} as well")


@user.command("reset-mfa")
@click.option("--email", required=True, help="whose account")
def reset_mfa(email: str) -> None:
    """Forget an account's one-time codes; it enrols anew at its next sign-in, and its sessions end."""
    with _refusals(), unit_of_work(system()):
        service.reset_mfa(service.get_user_id(email), actor=system())
    click.echo(f"{email} enrols anew at the next sign-in")


@contextmanager
def _refusals() -> Iterator[None]:
    """A refusal becomes one sentence and exit code 1."""
    try:
        yield
    except DomainError as refusal:
        words = [getattr(text, "english", text) for text in (refusal.fields.values() or [refusal.message])]
        raise click.ClickException(" ".join(words)) from refusal
