"""Authentication, authorization and consent: every branch of them runs in the suite, or the suite fails (TEST-1)."""
import tomllib
from io import StringIO
from pathlib import Path

from coverage import Coverage

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


def guarded() -> list[str]:
    """The files of which each branch must run, as patterns."""
    patterns: list[str] = tomllib.loads(PROJECT.read_text("utf-8"))["tool"]["castingops"]["every-branch"]
    return patterns


def report(*, data: Path) -> tuple[float, str]:
    """How many percent of the guarded files this run's coverage data says have run, and a table of what has not.

    Errors: coverage's NoDataError when nothing of them was measured.
    """
    measured, table = Coverage(data_file=str(data), config_file=str(PROJECT)), StringIO()
    measured.load()
    include = [str(PROJECT.parent / pattern) for pattern in guarded()]
    return measured.report(include=include, show_missing=True, skip_covered=True, file=table), table.getvalue()
