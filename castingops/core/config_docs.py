"""What the settings class says of itself: `.env.example` and the table in docs/. A test holds both."""
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from castingops.core.config import Settings


def env_example() -> str:
    """A commented line per setting; what has no default stands uncommented and empty."""
    lines = ["# Every setting of castingops, generated from castingops/core/config.py; a test holds it.",
             "# A secret may instead be a file of that name in CASTINGOPS_SECRETS_DIR (default /run/secrets).", ""]
    for name, field in Settings.model_fields.items():
        value = _default(field)
        lines += [f"# {field.description}", f"CASTINGOPS_{name.upper()}=" if value is None
                  else f"# CASTINGOPS_{name.upper()}={value}", ""]
    return "\n".join(lines)


def settings_table() -> str:
    """A Markdown table of every setting."""
    return "\n".join([
        "# Settings", "",
        "Generated from `castingops/core/config.py`; a test holds it. A secret may instead be a file named after the",
        "variable in lower case, in the folder `CASTINGOPS_SECRETS_DIR` (default `/run/secrets`).", "",
        "| Variable | Default | Secret | What it is |", "|---|---|---|---|",
        *(_row(name, field) for name, field in Settings.model_fields.items()), ""])


def _row(name: str, field: FieldInfo) -> str:
    secret = "yes" if "SecretStr" in str(field.annotation) or name.endswith("_fallbacks") else ""
    return f"| `CASTINGOPS_{name.upper()}` | {_shown(field)} | {secret} | {field.description} |"


def _shown(field: FieldInfo) -> str:
    value = _default(field)
    return "**required**" if value is None else f"`{value}`" if value else "none"


def _default(field: FieldInfo) -> str | None:
    """The default as one would write it; '' for none; None when it is required."""
    if field.default is PydanticUndefined:
        return None
    if field.default is None or field.default == ():
        return ""
    if isinstance(field.default, tuple):
        return ",".join(map(str, field.default))
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
