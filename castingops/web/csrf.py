"""Console requests that change something prove that our own page sent them."""
from flask import request
from flask_wtf.csrf import CSRFProtect

from castingops.core.errors import DomainError
from castingops.core.messages import N_

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
csrf = CSRFProtect()  # not checked by default: the console's guard calls it, and the API checks its cookies itself


class CrossSite(DomainError):
    """The browser itself says that another site sent this."""

    code, status, message = "cross_site", 403, N_("This request came from another site.")


def check() -> None:
    """Errors: CrossSite by the browser's own word; CSRFError (400) for a wrong or missing token."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise CrossSite
    csrf.protect()
