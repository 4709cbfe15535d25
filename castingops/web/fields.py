"""Fields of JSON bodies that are stricter than the library's, and what several features' bodies hold."""
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow.validate import Length, OneOf

from castingops.core.privacy import Purpose


class Flag(ma.fields.Boolean):
    """true or false, as the document says: neither 0 nor "yes"."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class AcceptsSchema(ma.Schema):
    """What the new user has agreed to. `purposes` are consents, each given for itself."""

    terms = Flag(required=True)
    privacy_notice_version = ma.fields.String(required=True, validate=Length(max=1_000))
    purposes = ma.fields.List(ma.fields.String(validate=OneOf([str(purpose) for purpose in Purpose])),
                              load_default=list, validate=Length(max=len(Purpose)))
