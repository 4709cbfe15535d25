"""Documents that are generated from code and committed: the API's, the settings', the events'."""
import json
from typing import Any

from flask import Flask

from castingops import wiring
from castingops.core import events, jobs
from castingops.core.config import PACKAGE
from castingops.core.config_docs import env_example, settings_table
from tests.committed import assert_committed

ROOT = PACKAGE.parent


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, verb, operation) for path, verbs in document["paths"].items()
            for verb, operation in verbs.items() if verb != "parameters"]


def test_api_document_is_as_reviewed(app: Flask) -> None:
    document = app.extensions["openapi"].to_dict()
    assert_committed(ROOT / "openapi.json", json.dumps(document, indent=1, sort_keys=True) + "\n")


def test_api_document_tells_what_every_operation_answers(app: Flask) -> None:
    """API-1, API-2: a permission, an audience, the envelope and the failure on each."""
    document = app.extensions["openapi"].to_dict()
    assert operations(document)
    for path, verb, operation in operations(document):
        assert operation["x-permission"] and operation["x-audience"], (path, verb)
        assert operation.get("summary"), (path, verb)
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/DEFAULT_ERROR"}, (path, verb)
        good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        name = good["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        members = set(document["components"]["schemas"][name]["properties"])
        assert members == {"success", "data", "error", "meta"}, (path, verb)


def test_settings_documents_are_as_reviewed() -> None:
    """OPS-7: .env.example and the table in docs/ come from the settings class."""
    assert_committed(ROOT / ".env.example", env_example())
    assert_committed(ROOT / "docs" / "settings.md", settings_table())


def test_event_table_is_as_reviewed(app: Flask) -> None:
    rows = [f"| `{name}` | {', '.join(f'`{handler}`' for handler in handlers)} |"
            for name, handlers in events.catalogue().items()]
    slots = [f"| `{slot.job.name}` | {slot.job.queue} | every {slot.every} |" for slot in wiring.SCHEDULE]
    scheduled = {slot.job.name for slot in wiring.SCHEDULE}
    called = [f"| `{job.name}` | {job.queue} | when asked for |" for job in wiring.JOBS if job.name not in scheduled]
    text = "\n".join([
        "# Events and jobs", "", "Generated from the wiring; a test holds it.", "",
        "| Event | Handlers |", "|---|---|", *rows, "",
        "| Job | Queue | Starts |", "|---|---|---|", *sorted(slots + called), ""])
    assert_committed(ROOT / "docs" / "events.md", text)
    assert all(job.queue in jobs.QUEUES for job in wiring.JOBS)
