"""The command that fills a house with the demo."""
import sys
from collections.abc import Callable

import click

from castingops.core.config import current_settings
from castingops.core.errors import DomainError
from castingops.demo.seed import LOGINS, PEOPLE, SEED
from castingops.demo.seed import seed as fill


@click.command()
@click.option("--people", type=click.IntRange(60, 2000), default=PEOPLE, show_default=True, help="how many talents")
@click.option("--number", type=int, default=SEED, show_default=True, help="draws other people and another history")
def seed(people: int, number: int) -> None:
    """Fill this house with invented people and a year of work. Never in production."""
    fill_house(people, number)


def fill_house(people: int = PEOPLE, number: int = SEED, migrate: Callable[[], None] | None = None) -> None:
    """See `seed.seed`; says what was made, or ends the process with the sentence of a refusal."""
    settings = current_settings()
    try:
        made = fill(settings, count=people, number=number, migrate=migrate)
    except DomainError as refusal:
        click.echo(refusal.message.english, err=True)
        sys.exit(1)
    words = f"{made.people} people, {made.acts} acts" if made.fresh else "was there already"
    click.echo(f"demo: {words}; logins in {settings.home / LOGINS}")

