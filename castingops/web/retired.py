"""How a route says goodbye: marked in the document, in two headers of every answer, and in the changelog (API-1).

`Deprecation` by RFC 9745, `Sunset` by RFC 8594. The policy stands in docs/api.md.
"""
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime

from flask import Response

NOTICE_DAYS = 180  # at least so long from the announcement to the end


@dataclass(frozen=True)
class Deprecated:
    """Since when a route should not be built upon, when it ends, and which path does the same.

    Errors: ValueError for an end sooner than NOTICE_DAYS after the announcement.
    """

    since: date
    sunset: date
    instead: str

    def __post_init__(self) -> None:
        if (self.sunset - self.since).days < NOTICE_DAYS:
            raise ValueError(f"a route lives {NOTICE_DAYS} days after it is deprecated")

    @property
    def sentence(self) -> str:
        """For the document."""
        return f"Deprecated since {self.since}, ends {self.sunset}. Use {self.instead}."

    def announce(self, response: Response) -> None:
        """Write the headers."""
        response.headers["Deprecation"] = f"@{int(_midnight(self.since).timestamp())}"
        response.headers["Sunset"] = format_datetime(_midnight(self.sunset), usegmt=True)
        response.headers.add("Link", f'<{self.instead}>; rel="successor-version"')


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
