"""The way to a provider and back: started by one browser or app, finished by the same one, once, within ten minutes."""
import hashlib
from base64 import urlsafe_b64encode

import msgspec

from castingops.core import clock, ephemera
from castingops.core.crypto import SealBroken, hash_token, is_same, token
from castingops.core.keys import sealer
from castingops.identity.errors import ContinuationInvalid, FlowInvalid
from castingops.identity.service import providers
from castingops.identity.types import (
    CONTINUATION_LIVES,
    FLOW_LIVES,
    Continuation,
    Flow,
    Proven,
    Provider,
    Registered,
    Started,
)

_FLOW, _CONTINUATION = "identity/flow", "identity/continuation"


def s256(secret: str) -> str:
    """What a holder of `secret` can be known by without telling it (RFC 7636 §4.2)."""
    return urlsafe_b64encode(hashlib.sha256(secret.encode(errors="replace")).digest()).rstrip(b"=").decode()


def start(known: Registered, *, redirect_uri: str, binding: str, **more: object) -> Started:
    """Leave for a provider: where to, and the state that comes back. `binding` is the S256 of the leaver's secret.

    Errors: ProviderFailed's classes; Unavailable.
    """
    state = token()
    flow = Flow(provider=known.provider, nonce=token(), verifier=token(), redirect_uri=redirect_uri, binding=binding,
                started_at=int(clock.now().timestamp()), **more)  # type: ignore[arg-type]  # its own fields
    url = providers.address_of(known, flow, state)
    key = _key(state)
    ephemera.keep(key, sealer(_FLOW).seal(msgspec.json.encode(flow).decode(), key),
                  seconds=int(FLOW_LIVES.total_seconds()))
    return Started(url=url, state=state)


def take(provider: Provider, *, state: str, secret: str) -> Flow:
    """The flow that this browser or app left on, which is over with this, whatever comes of it.

    Errors: FlowInvalid: unknown, finished before, too old, another's, or another provider's; Unavailable.
    """
    key = _key(state)
    kept = ephemera.take(key)
    if kept is None:
        raise FlowInvalid
    flow = msgspec.json.decode(sealer(_FLOW).open(kept, key), type=Flow)
    if flow.provider is not provider or not is_same(s256(secret), flow.binding):
        raise FlowInvalid
    return flow


def continuation_of(proven: Proven) -> str:
    """What a provider proved, sealed: to be sent back with what is still missing."""
    until = int((clock.now() + CONTINUATION_LIVES).timestamp())
    body = msgspec.json.encode(Continuation(proven=proven, until=until)).decode()
    return sealer(_CONTINUATION).seal(body, _CONTINUATION)


def proven_by(continuation: str) -> Proven:
    """What a provider proved a moment ago. Errors: ContinuationInvalid."""
    try:
        found = msgspec.json.decode(sealer(_CONTINUATION).open(continuation, _CONTINUATION), type=Continuation)
    except SealBroken as error:
        raise ContinuationInvalid from error
    if found.until <= clock.now().timestamp():
        raise ContinuationInvalid
    return found.proven


def _key(state: str) -> str:
    return f"flow/{hash_token(state)}"
