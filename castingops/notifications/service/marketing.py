"""Marketing: only with a standing consent, from a named sender, ended by one act, and never again to who said stop.

PDPL art. 25, Implementing Regulation art. 28 and 29. The consent itself is consent's; it is above us and connects.
"""
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from castingops.core import clock, signing
from castingops.core.actor import Actor, system
from castingops.core.config import current_settings
from castingops.core.db import entered, session
from castingops.core.peppers import digest_of, digests_of
from castingops.core.signing import LinkExpired, LinkInvalid
from castingops.notifications import queries
from castingops.notifications.errors import MarketingNotAgreed
from castingops.notifications.models import Suppression
from castingops.notifications.service.directory import holders_of, recipient_of
from castingops.notifications.types import Category, Channel, Marketing, Template

PATH = "/unsubscribe/"
_LINK = "notifications/unsubscribe"
_LIST = "notifications/suppressions"
_LINK_SECONDS = 3 * 365 * 86400  # a message that lies unread for years can still be ended

_marketing: list[Marketing] = []


def provide_marketing(port: Marketing) -> None:
    """Say who knows of consents to marketing: the composition root connects consent."""
    _marketing[:] = [port]


def is_agreed(subject_id: UUID, *, actor: Actor) -> bool:
    """Whether this person's consent to marketing stands."""
    return bool(_marketing) and _marketing[0].since(subject_id, actor=actor) is not None


def check(template: Template, subject_id: UUID, *, actor: Actor) -> None:
    """Errors: MarketingNotAgreed for a template of marketing to somebody whose consent does not stand."""
    if template.category is Category.MARKETING and not is_agreed(subject_id, actor=actor):
        raise MarketingNotAgreed


def reason_to_hold(channel: Channel, address: str, *, actor: Actor) -> str:
    """Why marketing may not go to this address of the actor's subject now; empty when it may.

    A stop counts until the person agrees anew, in so many words, after it.
    """
    since = _marketing[0].since(actor.subject, actor=actor) if _marketing else None
    if since is None:
        return "no_consent"
    stopped = queries.stopped_since(channel, digests_of(_LIST, _name(channel, address)))
    return "stopped" if stopped is not None and stopped >= since else ""


def link_of(subject_id: UUID) -> str:
    """Where this person ends marketing with one click, without signing in."""
    token = signing.sign({"s": str(subject_id)}, purpose=_LINK, seconds=_LINK_SECONDS)
    return f"{current_settings().public_url}{PATH}{token}"


def read_link(token: str) -> UUID:
    """Whose link this is. Errors: LinkInvalid, LinkExpired."""
    return UUID(signing.verify(token, purpose=_LINK)["s"])


def stop_by_link(token: str, *, actor: Actor) -> None:
    """End marketing to whoever got this link; again it changes nothing. Errors: LinkInvalid, LinkExpired."""
    subject_id = read_link(token)
    with entered(system(), subject_id):
        recipient = recipient_of(subject_id)
        if recipient is not None:
            suppress(Channel.EMAIL, recipient.address, "link")
        _withdraw(subject_id, "link", said=actor)


def stop_by_reply(number: str, *, actor: Actor) -> None:
    """End marketing to a number (E.164) that answered stop, and the consent of whoever has it. Runs as the house."""
    suppress(Channel.SMS, number, "reply")
    for subject_id in holders_of(number):
        with entered(system(), subject_id):
            _withdraw(subject_id, "reply", said=actor)


def suppress(channel: Channel, address: str, reason: str) -> None:
    """Remember that an address wants no marketing, from this moment on. Staff or system only."""
    who = digest_of(_LIST, _name(channel, address))
    row = insert(Suppression).values(channel=channel, who=who, reason=reason, since=clock.now())
    session().execute(row.on_conflict_do_update(
        index_elements=["channel", "who"], set_={"since": row.excluded.since, "reason": row.excluded.reason}))


def _withdraw(subject_id: UUID, means: str, *, said: Actor) -> None:
    """The consent ends in the trail of the request that said so."""
    for port in _marketing:
        port.withdraw(subject_id, means=means, actor=Actor("system", subject_id=subject_id, origin=said.origin))


def _name(channel: str, address: str) -> str:
    return f"{channel}/{address.lower()}"


__all__ = ["LinkExpired", "LinkInvalid", "check", "is_agreed", "link_of", "provide_marketing", "read_link",
           "reason_to_hold", "stop_by_link", "stop_by_reply", "suppress"]
