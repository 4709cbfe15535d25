"""Proving who one is by Nafath (ID-8): start and look, what providers answer, and verifications with an end."""
from castingops.identity.service.nafath.answers import find_unsettled, finish, follow, forget_attempts, hear
from castingops.identity.service.nafath.attempts import (
    get_nafath,
    provider_of,
    remove_nafath,
    send_request,
    start_nafath,
)
from castingops.identity.service.nafath.verifying import is_verified, keep_time, verified_birth_date

__all__ = [
    "find_unsettled",
    "finish",
    "follow",
    "forget_attempts",
    "get_nafath",
    "hear",
    "is_verified",
    "keep_time",
    "provider_of",
    "remove_nafath",
    "send_request",
    "start_nafath",
    "verified_birth_date",
]
