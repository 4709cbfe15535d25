"""What casting does about share links when something happens: pauses, ends, and tells their owners."""
from castingops.casting.events.share_links import ShareLinkCrowded, ShareLinkEnded, ShareLinkPaused
from castingops.casting.service import share_links, share_links_ending
from castingops.core.actor import Actor
from castingops.core.messages import N_
from castingops.identity.events import GuardianshipChanged
from castingops.notifications import service as notifications
from castingops.notifications.service import Template

PAUSED = notifications.define(Template(
    "casting.share_link.paused",
    N_("We paused a share link: %(label)s"),
    N_("The link “%(label)s” to the talent profile was opened %(views)s times from %(networks)s networks within"
       " %(minutes)s minutes, which is more than is usual. We paused it, and nobody can open it now.\n\nIf it was"
       " passed on against your wish, nothing more needs to be done. To share the profile again, please make a new"
       " link."),
    ("label", "views", "networks", "minutes")))

ENDED = notifications.define(Template(
    "casting.share_link.ended",
    N_("We ended a share link: %(label)s"),
    N_("Our staff ended the link “%(label)s” to the talent profile, and nobody can open it any more. The profile itself"
       " is as it was."),
    ("label",)))


def watch_share_link(event: ShareLinkCrowded, *, actor: Actor) -> None:
    """Pause a link that too many open at once."""
    share_links.watch(event.link_id, actor=actor)


def tell_share_link_paused(event: ShareLinkPaused, *, actor: Actor) -> None:
    """Tell the owner, or a ward's guardians, in both languages."""
    label = share_links.label_of(event.link_id, actor=actor)
    if label is not None:
        notifications.notify(PAUSED.name, actor=actor, recipient=actor.subject, values={
            "label": label, "views": event.views, "networks": event.networks, "minutes": event.minutes})


def tell_share_link_ended(event: ShareLinkEnded, *, actor: Actor) -> None:
    """Tell the owner, or a ward's guardians, that staff ended a link."""
    label = share_links.label_of(event.link_id, actor=actor)
    if label is not None:
        notifications.notify(ENDED.name, actor=actor, recipient=actor.subject, values={"label": label})


def settle_share_links(event: GuardianshipChanged, *, actor: Actor) -> None:
    """End a ward's links whose guardianship does not stand any more: ended, frozen, or the ward came of age."""
    share_links_ending.settle(actor=actor)


SUBSCRIPTIONS = [
    (ShareLinkCrowded, watch_share_link),
    (ShareLinkPaused, tell_share_link_paused),
    (ShareLinkEnded, tell_share_link_ended),
    (GuardianshipChanged, settle_share_links),
]
