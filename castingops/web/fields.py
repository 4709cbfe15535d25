"""Fields of JSON bodies that are stricter than the library's."""
from collections.abc import Mapping
from typing import Any

import marshmallow as ma


class Flag(ma.fields.Boolean):
    """true or false, as the document says: neither 0 nor "yes"."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)
