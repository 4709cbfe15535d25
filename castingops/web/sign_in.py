"""Who is asking: the port that identity provides. Neither door opens the other."""
from dataclasses import dataclass
from typing import Protocol, cast

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


def current() -> SignIn:
    """The app's sign-in."""
    return cast(SignIn, current_app.extensions["sign_in"])
