"""What can be refused about share links."""
from castingops.core.errors import BadRequest, Conflict, DomainError, Invalid, NotFound
from castingops.core.messages import N_


class ShareLinkNotFound(NotFound):
    code, message = "share_link_not_found", N_("There is no such share link.")


class SharedProfileNotFound(NotFound):
    """Unknown, expired, revoked, used up, paused, or of a profile that is not shown: nobody learns which."""

    code, message = "shared_profile_not_found", N_("This link does not work.")


class InvalidShareLink(Invalid):
    code, message = "share_link_invalid", N_("Some details of the share link cannot be used.")


class ShareLinkMissing(BadRequest):
    code, message = "share_link_missing", N_("Send the share link as a JSON object with its fields.")


class NothingToShare(Conflict):
    code = "profile_not_published"
    message = N_("Your profile is not published, so there is nothing to share yet.")


class TooManyShareLinks(Conflict):
    """`details.max` says how many may be open at once."""

    code = "share_links_full"
    message = N_("You have as many open share links as one person can have. You can take one back first.")


class ShareLinkOver(Conflict):
    code, message = "share_link_over", N_("This share link has ended already.")


class InvalidShareEnd(Invalid):
    code, message = "share_end_invalid", N_("Say why the link ends.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "ck_share_links_days": InvalidShareLink,
    "ck_share_links_max_views": InvalidShareLink,
    "ck_share_links_views": SharedProfileNotFound,
}
