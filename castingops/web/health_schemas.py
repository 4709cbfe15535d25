"""What the API says about its health."""
import marshmallow as ma


class HealthSchema(ma.Schema):
    """State of the API and of what it stands on."""

    status = ma.fields.String(required=True, metadata={"enum": ["ok"]})
    version = ma.fields.String(required=True, metadata={"example": "0.1.0"})
    parts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)
