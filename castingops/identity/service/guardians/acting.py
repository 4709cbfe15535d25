"""Acting for a ward: a signed token inside an encrypted one, so that only we can read whom it names (ID-12).

JWS (EdDSA, the key of access tokens) inside JWE (RFC 7516 compact, `dir` with A256GCM). The key is derived from the
master key for this purpose alone; older master keys still open. Nothing outside names the child, nothing is compressed.
"""
import re
from base64 import urlsafe_b64decode
from collections import OrderedDict
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from typing import Any
from uuid import UUID

import msgspec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.crypto import derive_key, master_key_of
from castingops.core.errors import NotSignedIn
from castingops.core.privacy import Purpose
from castingops.identity.errors import GuardianUnverified
from castingops.identity.service import tokens
from castingops.identity.service.guardians import standings, wards
from castingops.identity.types.guardians import Acting, ActToken, Standing

_ALGORITHM, _ENCRYPTION, _PURPOSE = "dir", "A256GCM", "identity/act-for"
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}")
_LONGEST = 4096  # characters
_MOST_HELD = 2_000
_held: OrderedDict[tuple[str, ...], tuple[float, Acting]] = OrderedDict()
_lock = Lock()


def is_act_token(token: str) -> bool:
    """Whether a token has the form of one that acts for a ward."""
    return token.count(".") == 4


def act_for(ward_id: UUID, presented: str, *, actor: Actor) -> ActToken:
    """A token with which the guardian acts for a ward, of the same sign-in and until the same moment as the access
    token that asks: when that one is revoked, so is this. Errors: WardNotFound, GuardianUnverified, NotSignedIn.
    """
    row = wards.get_own(ward_id, actor=actor)
    standings.forget(actor.subject, ward_id)
    standing = standings.standing_of(actor.subject, ward_id)
    if standing is None or standing.guardianship_id != row.id:
        raise GuardianUnverified(details={"state": row.state})
    signed, until = tokens.sign_for_ward(presented, ward_id=ward_id, guardianship_id=row.id)
    key_id, key = next(iter(_keys().items()))
    header = {"alg": _ALGORITHM, "enc": _ENCRYPTION, "kid": key_id, "cty": tokens.ACT_TYPE}
    audit.record("identity.ward.act", actor=actor, entity="guardianship", entity_id=row.id, subject_id=ward_id,
                 purpose=Purpose.SECURITY, details={"ref": row.ref})
    return ActToken(access=jwe.encrypt_compact(header, signed, key),
                    seconds=max(0, int(until - clock.now().timestamp())))


def verify(token: str) -> Acting:
    """What a token says, when it is one of ours and in its time. Errors: NotSignedIn.

    One that held once is remembered until its end; whether the guardianship stands is asked elsewhere each time.
    """
    settings = current_settings()
    name = (settings.public_url, *_keys(), tokens.key_ring().kid, *settings.token_key_fallbacks, token)
    until, acting = _held.get(name, (0.0, None))
    if acting is not None and clock.now().timestamp() < until:
        return acting
    acting, until = _checked(token)
    with _lock:
        _held[name] = (until, acting)
        if len(_held) > _MOST_HELD:
            _held.popitem(last=False)
    return acting


def standing_for(acting: Acting) -> Standing:
    """What the token's acting rests on at this moment, at most five seconds old. Errors: NotSignedIn for nothing."""
    standing = standings.standing_of(acting.access.user_id, acting.ward_id)
    if standing is None or standing.guardianship_id != acting.guardianship_id:
        raise NotSignedIn
    return standing


def _checked(token: str) -> tuple[Acting, float]:
    try:
        access, ward_id, guardianship_id, until = tokens.read_for_ward(_opened(token))
        return Acting(access, ward_id, guardianship_id), until
    except (JoseError, ValueError, TypeError) as error:  # TypeError: a header that is no object
        raise NotSignedIn from error


def _opened(token: str) -> str:
    """The signed token inside. Errors: NotSignedIn, ValueError, JoseError."""
    if len(token) > _LONGEST or not _SHAPE.fullmatch(token):
        raise NotSignedIn
    head = token.partition(".")[0]
    if not all(map(tokens.is_exact, filter(None, token.split(".")))):
        raise NotSignedIn
    header: Any = msgspec.json.decode(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    # Exactly ours: no other algorithm, nothing compressed (RFC 8725 §3.6), no key that the sender brings along.
    ours = {"alg": _ALGORITHM, "enc": _ENCRYPTION, "cty": tokens.ACT_TYPE}
    key = next((key for key_id, key in _keys().items() if header == {**ours, "kid": key_id}), None)
    if key is None:
        raise NotSignedIn
    return jwe.decrypt_compact(token, key, algorithms=[_ALGORITHM, _ENCRYPTION]).plaintext.decode()  # type: ignore[union-attr]


def _keys() -> dict[str, OctKey]:
    """The keys that open, by id; the first seals too."""
    settings = current_settings()
    return _derived(settings.master_key.get_secret_value(), settings.master_key_fallbacks)


@lru_cache(maxsize=4)
def _derived(current: str, old: tuple[str, ...]) -> dict[str, OctKey]:
    raw = [derive_key(master_key_of(key), _PURPOSE) for key in (current, *old)]
    return {sha256(b"castingops/act-for key id\0" + key).hexdigest()[:16]: OctKey.import_key(key) for key in raw}
