"""Generated files that are committed, so that a review sees their diff."""
import os
from pathlib import Path


def assert_committed(path: Path, text: str) -> None:
    """`path` holds `text`; run with CASTINGOPS_WRITE=1 to write it, then read the diff."""
    if os.environ.get("CASTINGOPS_WRITE"):
        path.write_text(text)
    assert path.exists(), f"{path.name} is not there: run with CASTINGOPS_WRITE=1 and read the diff"
    assert path.read_text() == text, f"{path.name} differs: run with CASTINGOPS_WRITE=1 and read the diff"
