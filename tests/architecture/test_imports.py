"""What processes do not import: each pays for it at every start (issue 2 §5 `start`)."""
import subprocess
import sys

from castingops.core.config import ROOT

LATE = ("boto3", "botocore", "weasyprint", "fontTools", "alembic", "flask_migrate", "sentry_sdk", "PIL", "requests",
        "castingops.demo")
"""Only one command needs it, or some settings, or one page: `core.late` brings it in."""
_SCRIPT = "import {}, sys; print(*sorted(set({!r}) & set(sys.modules)))"


def _loaded(modules: str, unwanted: tuple[str, ...]) -> str:
    argv = [sys.executable, "-c", _SCRIPT.format(modules, unwanted)]
    return subprocess.run(argv, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


def test_no_process_imports_what_only_a_few_need() -> None:
    assert _loaded("castingops.app, castingops.worker, castingops.cli", LATE) == ""


def test_the_web_imports_no_queue() -> None:
    """It leaves work in the outbox."""
    assert _loaded("castingops.app", ("celery", "kombu")) == ""


def test_the_commands_of_features_are_where_wiring_says() -> None:
    done = subprocess.run([sys.executable, "-m", "castingops.cli", "--help"], capture_output=True, text=True, cwd=ROOT,
                          check=True)
    for name in ("audit", "seed", "user", "translations", "relay", "migrate", "doctor", "smoke"):
        assert f"\n  {name} " in done.stdout
