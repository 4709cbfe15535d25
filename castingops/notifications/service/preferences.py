"""What people choose to be told, and by which way: asked when a message is sent, not when it is written."""
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.core.ids import new_id
from castingops.core.privacy import Purpose
from castingops.notifications import queries, rules
from castingops.notifications.errors import MarketingNotAgreed, PreferenceLocked
from castingops.notifications.models import NotificationPreference
from castingops.notifications.service import marketing, trail
from castingops.notifications.types import Category, Channel, Preference

Wish = tuple[Channel, Category, bool]


def list_preferences(*, actor: Actor) -> list[Preference]:
    """Every way by every category, as it stands for the actor's person. Marketing is off without a standing consent."""
    chosen, agreed = queries.chosen(actor.subject), marketing.is_agreed(actor.subject, actor=actor)
    return [_preference(channel, category, chosen, agreed=agreed) for channel in Channel for category in Category]


def change_preferences(wishes: Iterable[Wish], *, actor: Actor) -> list[Preference]:
    """Set some; the rest stays. All or none.

    Errors: PreferenceLocked for what is always told; MarketingNotAgreed for marketing without a standing consent.
    """
    before = {(one.channel, one.category): one.on for one in list_preferences(actor=actor)}
    changed = {}
    for channel, category, on in wishes:
        if not rules.is_changeable(channel, category):
            if not on:
                raise PreferenceLocked(changes=PreferenceLocked.message)
        elif category is Category.MARKETING and on and not marketing.is_agreed(actor.subject, actor=actor):
            raise MarketingNotAgreed
        elif before[channel, category] != on or category is Category.MARKETING:
            _write(channel, category, on, actor=actor)
            changed[f"{channel}.{category}"] = on
    if changed:
        trail.record("notifications.preference.change", actor=actor, entity="notification_preference",
                     purpose=Purpose.NOTIFICATION, details=changed)
    return list_preferences(actor=actor)


def is_wanted(channel: Channel, category: Category, subject_id: UUID) -> bool:
    """Whether this person wants messages of a category by a channel, leaving consents aside."""
    return rules.is_on(channel, category, queries.chosen(subject_id))


def reason_to_hold(channel: Channel, category: Category, address: str, *, actor: Actor) -> str:
    """Why a message is not to go out to the actor's subject now; empty when it is. A code, kept with the message."""
    if not is_wanted(channel, category, actor.subject):
        return "preference"
    return marketing.reason_to_hold(channel, address, actor=actor) if category is Category.MARKETING else ""


def _preference(channel: Channel, category: Category, chosen: dict[tuple[str, str], bool], *,
                agreed: bool) -> Preference:
    on = rules.is_on(channel, category, chosen) and (agreed or category is not Category.MARKETING)
    return Preference(channel=channel, category=category, on=on, changeable=rules.is_changeable(channel, category))


def _write(channel: Channel, category: Category, on: bool, *, actor: Actor) -> None:
    now = clock.now()
    row = insert(NotificationPreference).values(subject_id=actor.subject, id=new_id(), channel=channel,
                                                category=category, is_on=on, changed_at=now)
    session().execute(row.on_conflict_do_update(
        index_elements=["subject_id", "channel", "category"], set_={"is_on": on, "changed_at": now}))
