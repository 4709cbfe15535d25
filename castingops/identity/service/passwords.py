"""Hashing and checking passwords with argon2id. The cost is a setting; the default takes about as long as bcrypt 12."""
import unicodedata
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from castingops.core.config import current_settings
from castingops.identity.types import NO_PASSWORD


def hash_password(password: str) -> str:
    """The argon2id hash of a checked password, with its cost and salt in it."""
    with _room():
        return _hasher().hash(password)


def is_password(stored: str | None, text: str) -> bool:
    """Whether `text` is the password behind `stored`. Without one it takes as long, and says no."""
    typed = unicodedata.normalize("NFC", text).encode(errors="surrogatepass")
    kept = None if stored == NO_PASSWORD else stored
    against = kept or nobodys_hash()
    try:
        with _room():
            return _hasher().verify(against, typed) and kept is not None
    except VerifyMismatchError:
        return False


def is_costly_enough(stored: str) -> bool:
    """Whether `stored` was made at the present cost; if not, the next right password is hashed again."""
    return not _hasher().check_needs_rehash(stored)


def nobodys_hash() -> str:
    """The hash of no password, at the present cost: what an unknown e-mail's password is checked against."""
    settings = current_settings()
    return _nobodys(settings.password_time_cost, settings.password_memory_kib)


def _room() -> BoundedSemaphore:
    """A place to hash in: fifty tries at once wait for each other instead of taking the memory of fifty."""
    return _rooms(current_settings().password_hashes_at_once)


@lru_cache(maxsize=4)
def _rooms(count: int) -> BoundedSemaphore:
    return BoundedSemaphore(count)


def _hasher() -> PasswordHasher:
    settings = current_settings()
    return _of_cost(settings.password_time_cost, settings.password_memory_kib)


@lru_cache(maxsize=4)
def _of_cost(passes: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)


@lru_cache(maxsize=4)
def _nobodys(passes: int, memory_kib: int) -> str:
    return _of_cost(passes, memory_kib).hash("")
