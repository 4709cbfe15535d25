"""Webhooks in the API."""
from typing import Any

import marshmallow as ma
from marshmallow.validate import Length, OneOf

from castingops.organizations.schemas.organizations import TEXT, PageSchema
from castingops.organizations.types import DeliveryState, DisabledFor, EndpointState

_URL = {"example": "https://hooks.palm-studios.sa/castingops", "description": "a public https address"}
_TYPES = {"example": ["membership.created", "membership.removed"], "description": "event types, or * for all of them"}
_URL_MAX = Length(max=2_048)


def _types(**options: Any) -> Any:
    return ma.fields.List(ma.fields.String(validate=Length(max=64)), validate=Length(min=1, max=50), metadata=_TYPES,
                          **options)


class NewWebhookSchema(ma.Schema):
    """`credential_id` names a secret of the vault that is sent along as a bearer token."""

    url = ma.fields.String(required=True, validate=_URL_MAX, metadata=_URL)
    types = _types(required=True)
    description = ma.fields.String(load_default="", validate=TEXT, metadata={"example": "Payroll"})
    credential_id = ma.fields.UUID(load_default=None, allow_none=True)


class WebhookPatchSchema(ma.Schema):
    """What is left out stays as it is."""

    url = ma.fields.String(validate=_URL_MAX, metadata=_URL)
    types = _types()
    description = ma.fields.String(validate=TEXT, metadata={"example": "Payroll"})
    credential_id = ma.fields.UUID(allow_none=True)
    state = ma.fields.String(validate=OneOf([str(state) for state in EndpointState]))


class WebhookSchema(ma.Schema):
    """An address that events are sent to. `failures` counts messages given up since one arrived."""

    id = ma.fields.UUID(required=True)
    url = ma.fields.String(required=True, metadata=_URL)
    description = ma.fields.String(required=True, metadata={"example": "Payroll"})
    types = _types(required=True)
    state = ma.fields.String(required=True, metadata={"enum": [str(state) for state in EndpointState]})
    disabled_for = ma.fields.String(required=True, allow_none=True, metadata={
        "enum": [*(str(reason) for reason in DisabledFor), None]})
    credential_id = ma.fields.UUID(required=True, allow_none=True)
    failures = ma.fields.Integer(required=True)
    last_delivered_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    version = ma.fields.Integer(required=True)


class WebhookSecretSchema(ma.Schema):
    """A webhook with the secret that signs its messages (Standard Webhooks), shown this once."""

    webhook = ma.fields.Nested(WebhookSchema, required=True)
    secret = ma.fields.String(required=True, metadata={"example": "whsec_Y2FzdGluZ29wcyBleGFtcGxlIHNlY3JldCAzMmI="})


class DeletedWebhookSchema(ma.Schema):
    """Which webhook is gone."""

    id = ma.fields.UUID(required=True)


class SentSchema(ma.Schema):
    """The delivery that is on its way now."""

    delivery_id = ma.fields.UUID(required=True)


class DeliveriesQuerySchema(PageSchema):
    """Which deliveries."""

    state = ma.fields.String(load_default=None, validate=OneOf([str(state) for state in DeliveryState]))


class DeliverySchema(ma.Schema):
    """One message to one address, and how its last try went. `message_id` is `webhook-id`."""

    id = ma.fields.UUID(required=True)
    message_id = ma.fields.UUID(required=True)
    type = ma.fields.String(required=True, metadata={"example": "membership.created"})
    state = ma.fields.String(required=True, metadata={"enum": [str(state) for state in DeliveryState]})
    tries = ma.fields.Integer(required=True)
    next_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    settled_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    status = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 200})
    outcome = ma.fields.String(required=True, allow_none=True, metadata={"example": "delivered"})
    milliseconds = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 120})
    answer = ma.fields.String(required=True, allow_none=True, metadata={"example": "ok"})
    replay_of = ma.fields.UUID(required=True, allow_none=True)
