"""Who is asking: the ports that identity and organizations provide. Neither door opens the other."""
from dataclasses import dataclass
from typing import Protocol, cast
from uuid import UUID

from flask import current_app

from castingops.core.actor import Actor

TALENT = ("talent",)
HIRER = ("hirer",)
BOTH = ("talent", "hirer")


@dataclass(frozen=True)
class StaffCard:
    """How a member of staff stands in the page's frame."""

    name: str
    initials: str
    roles: tuple[str, ...]
    locale: str


class SignIn(Protocol):
    """What identity knows of the request at hand."""

    def bearer(self, audiences: tuple[str, ...]) -> Actor:
        """The person whose app sends this request. Errors: NotSignedIn; Forbidden for another audience's app."""
        ...

    def staff(self) -> Actor:
        """The member of staff of this console session. Errors: NotSignedIn."""
        ...

    def card(self, actor: Actor) -> StaffCard:
        """How this member of staff is shown."""
        ...


class Memberships(Protocol):
    """What organizations know of the person at hand."""

    def __call__(self, actor: Actor, org_id: UUID, *, doubted: Actor | None = None) -> Actor:
        """The same person as a member of this organization; when the member they were is `doubted`, past every cache.

        Errors: NotFound for whoever is none, as for an organization that is none.
        """
        ...


def memberships() -> Memberships:
    """The app's look-up of members."""
    return cast(Memberships, current_app.extensions["memberships"])


def current() -> SignIn:
    """The app's sign-in."""
    return cast(SignIn, current_app.extensions["sign_in"])
