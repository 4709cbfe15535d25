"""Letters that carry a link: asked for by anybody, sent when one is due, and the same answer whoever is known.

What tells accounts from strangers happens in a handler, after the request has been answered (reliability.md row 10).
"""
import re
from urllib.parse import urljoin

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.crypto import hash_token
from castingops.core.db import entered, save
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.signing import LinkInvalid
from castingops.identity import queries
from castingops.identity.events import LetterAsked
from castingops.identity.models import AskedLetter
from castingops.identity.service.proofs import house
from castingops.identity.types import Letter, Link

PATHS = {"confirm": "confirm", Letter.RESET: "reset", Letter.EMAIL: "email", Letter.UNDO: "undo"}

_OPAQUE = re.compile(r"[A-Za-z0-9_-]{43}")


def ask(kind: str, email: str, *, actor: Actor) -> None:
    """Note that somebody wants a letter: `confirm` or `reset`. No word about whether one will come."""
    letter = AskedLetter(id=new_id(), kind=kind, email=email, created_at=clock.now())
    with entered(house(actor), letter.id):  # as the system, inside nobody
        save(letter)
        publish(LetterAsked(letter_id=letter.id))


def address_of(kind: str, token: str) -> str:
    """What a link's letter points at: a page of ours in both languages."""
    return urljoin(current_settings().public_url, f"/account/{PATHS[kind]}/{token}")


def get_link(token: str, kind: Letter) -> Link:
    """The link behind a letter's token. Errors: LinkInvalid: forged, used, too old, or for something else."""
    found = queries.find_link(hash_token(token), kind) if is_token(token) else None
    if found is None:
        raise LinkInvalid
    return found


def is_token(text: str) -> bool:
    """Whether this can be one of our opaque tokens at all."""
    return _OPAQUE.fullmatch(text) is not None

