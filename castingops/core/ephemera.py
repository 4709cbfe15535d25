"""What is kept for minutes and taken once: in Redis, where it ends by itself and nobody takes it twice."""
from typing import Any, cast

from flask import current_app
from redis.exceptions import RedisError

from castingops.core.errors import Unavailable

_PREFIX = "ephemera:"


def keep(key: str, value: str, *, seconds: int) -> None:
    """Keep `value` for so long, or until it is taken. Seal what is secret first. Errors: Unavailable."""
    try:
        _redis().set(_PREFIX + key, value, ex=seconds)
    except RedisError as error:
        raise Unavailable(retry_after=5) from error


def take(key: str) -> str | None:
    """What was kept under `key`, which is gone with this; None when it was taken, or its time is over.

    Of many who ask at once, one gets it. Errors: Unavailable.
    """
    try:
        found = cast(bytes | None, _redis().getdel(_PREFIX + key))
    except RedisError as error:
        raise Unavailable(retry_after=5) from error
    return None if found is None else found.decode()


def _redis() -> Any:
    return current_app.extensions["redis"]
