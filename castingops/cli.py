"""Composition root of the commands: `python3 -m castingops ops …` ends here."""
import json
import signal
import sys
from threading import Event
from typing import IO, Any

import click
from flask import Flask
from pydantic import ValidationError

from castingops import wiring
from castingops.app import begin, create_app
from castingops.core import boot, roles_sql
from castingops.core.config import Settings, load_settings
from castingops.core.i18n import use_locale
from castingops.core.late import load
from castingops.core.relay import relay_until

COMMANDS = wiring.COMMANDS | {"translations": "castingops.core.catalogue_commands:translations"}


class Commands(click.Group):
    """The commands below and those of the features, which are imported when they are called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See click."""
        return sorted([*super().list_commands(ctx), *COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See click."""
        return load(COMMANDS[cmd_name]) if cmd_name in COMMANDS else super().get_command(ctx, cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Operators' commands of castingops."""
    asks_for_help = {"-h", "--help"} & set(sys.argv)
    if context.invoked_subcommand in wiring.COMMANDS and not asks_for_help:
        app = made_app()
        context.obj = lambda: app
        context.with_resource(app.app_context())  # a feature's command runs inside the app


def loaded() -> Settings:
    """The settings, or the process ends with a line for each that is missing or unusable."""
    try:
        return load_settings()
    except ValidationError as error:
        lines = [f"  - CASTINGOPS_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()]
        raise SystemExit("castingops cannot use its settings:\n" + "\n".join(lines)) from None


def made_app() -> Flask:
    """The app for a command."""
    return create_app(loaded())


@main.command()
@click.option("--to", default="head", show_default=True, help="revision to upgrade to")
@click.option("--demo", is_flag=True, help="then fill it with the demo, whose portraits are drawn meanwhile")
def migrate(to: str, *, demo: bool) -> None:
    """Bring the database to the newest schema, as its owner."""
    with made_app().app_context():
        if demo:
            load("castingops.demo.cli:fill_house")(migrate=lambda: load("flask_migrate:upgrade")(revision=to))
        else:
            load("flask_migrate:upgrade")(revision=to)


@main.command()
def relay() -> None:
    """Move outbox rows to the queue until SIGTERM."""
    settings, stop = loaded(), Event()
    begin(settings)  # knows the jobs, whose time limits the messages carry
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    queue = load("castingops.worker")
    relay_until(stop, settings.database_url.get_secret_value(), queue.pusher(queue.make_celery(settings)),
                poll_seconds=settings.relay_poll_seconds, redeliver_seconds=settings.redeliver_seconds)


@main.group()
def db() -> None:
    """The database's own matters."""


@db.command()
def roles() -> None:
    """Print the script that makes the database roles and the database; an administrator runs it once."""
    click.echo(roles_sql.whole_script(), nl=False)


@main.command()
@click.option("--against", type=click.File(), help="an older document: say what changed, fail on an unannounced break")
@click.option("--accepted", type=click.File(), help="breaking differences that were accepted, one a line")
def openapi(against: IO[str] | None, accepted: IO[str] | None) -> None:
    """Print the API's document as openapi.json holds it, or hold it against an older one."""
    document = made_app().extensions["openapi"].to_dict()
    if against is None:
        click.echo(json.dumps(document, indent=1, sort_keys=True))
        return
    older, contract = json.load(against), load("castingops.web.contract")
    found = contract.differences(older, document)
    for breaking, text in found:
        click.echo(f"{'BREAKS' if breaking else 'ok':8}{text}")
    left = contract.unexcused(found, accepted.read() if accepted else "")
    if left and not contract.is_major_bump(older, document):
        raise click.ClickException("a breaking difference needs a higher major version (API_VERSION in app.py)")


@main.command()
@click.option("--deploy", is_flag=True, help="also say what production should not do without")
def check(deploy: bool) -> None:
    """Say what is wrong with the settings; exit 1 when production would refuse to start."""
    settings = loaded()
    broken = boot.findings(settings)
    for sentence in broken:
        click.echo(f"BROKEN  {sentence}")
    for sentence in boot.advice(settings) if deploy else []:
        click.echo(f"advice  {sentence}")
    if broken:
        sys.exit(1)
    click.echo("ok      settings, database role and Redis are fit for production")


@main.command()
def doctor() -> None:
    """Ask everything a request needs whether it answers; exit 1 when something does not."""
    app = made_app()
    with app.test_client() as client:
        answer = client.get("/readyz")
    parts: dict[str, str] = (answer.json or {}).get("parts", {})
    for name, state in parts.items():
        click.echo(f"{'ok' if state == 'ok' else 'BROKEN':8}{name}: {state}")
    if answer.status_code != 200:
        sys.exit(1)


@main.command()
@click.argument("url")
def smoke(url: str) -> None:
    """Ask a running castingops at URL whether it serves; exit 1 when something is off."""
    requests = load("requests")
    base, wrong = url.rstrip("/"), 0
    for path, expected in (("/healthz", 200), ("/readyz", 200), ("/api/v1/health", 200), ("/api/v1/openapi.json", 200),
                           ("/console/sign-in", 200), ("/api/v1/me", 401)):
        try:
            status: Any = requests.get(base + path, timeout=10, allow_redirects=False).status_code
        except requests.RequestException as error:
            status = type(error).__name__
        wrong += status != expected
        click.echo(f"{'ok' if status == expected else 'BROKEN':8}{path}: {status}")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    with use_locale("en"):
        main()
