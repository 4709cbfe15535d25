"""Requests to others: bounded in time and size, repeated only where that is safe, shut while a provider is down.

`Client` is the one way out of the house over HTTP. With `public_only` it also carries what customers type.
"""
from castingops.core.http.addresses import checked_address
from castingops.core.http.client import Answer, Client
from castingops.core.http.errors import (
    PROVIDER_FAILS,
    AddressRefused,
    AnswerUnusable,
    NotAttempted,
    OutcomeUnknown,
    ProviderFailed,
    ProviderPaused,
)

__all__ = [
    "PROVIDER_FAILS", "AddressRefused", "Answer", "AnswerUnusable", "Client", "NotAttempted", "OutcomeUnknown",
    "ProviderFailed", "ProviderPaused", "checked_address",
]
