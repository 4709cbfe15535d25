"""The console's side navigation: what each feature offers, and who may see it."""
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app, request, url_for
from msgspec import Struct

from castingops.core.actor import Actor
from castingops.core.i18n import current_locale, translate
from castingops.core.messages import Message
from castingops.core.permissions import Permission


@dataclass(frozen=True, eq=False)
class NavItem:
    """One entry. `count` answers what waits there, None for nothing to say; it is asked on full pages only."""

    title: Message
    endpoint: str
    icon: str
    permission: Permission
    count: Callable[[Actor], int | None] | None = None
    prefix: str | None = None  # paths below it belong to this entry; else the entry's own path alone


@dataclass(frozen=True, eq=False)
class NavSection:
    """Entries under one heading; the first has none."""

    title: Message | None
    items: tuple[NavItem, ...]


class Entry(Struct, frozen=True):
    """An entry as one page shows it, in the reader's language."""

    title: str
    url: str
    icon: str
    current: bool
    count: int | None


class Section(Struct, frozen=True):
    """Entries under one heading, "" for none."""

    title: str
    entries: tuple[Entry, ...]


def nav_for(actor: Actor) -> tuple[Section, ...]:
    """Sections and entries that this actor may open, with the current one marked: the template's `nav`."""
    offered = _offered(current_app.extensions["nav"], actor.roles, current_locale(), request.script_root)
    here = _current(url if item.prefix is None else item.prefix for _, items in offered for item, _, url in items)
    return tuple(Section(title, tuple(_shown(item, words, url, actor, here) for item, words, url in items))
                 for title, items in offered)


def search_url_of(sections: Sequence[Section]) -> str:
    """Where the search of the top bar leads: the queue, "" for who may not open it."""
    urls = (entry.url for section in sections for entry in section.entries)
    return next((url for url in urls if url.startswith("/console/moderation")), "")


@lru_cache(maxsize=256)
def _offered(sections: Sequence[NavSection], roles: frozenset[str], locale: str, mount: str
             ) -> tuple[tuple[str, tuple[tuple[NavItem, str, str], ...]], ...]:
    """The entries open to these roles, in words and with their addresses: each page asks for the same."""
    offered = ((section, tuple((item, translate(item.title, locale), url_for(item.endpoint))
                               for item in section.items if roles & item.permission.roles)) for section in sections)
    return tuple((translate(section.title, locale) if section.title else "", items)
                 for section, items in offered if items)


def _shown(item: NavItem, title: str, url: str, actor: Actor, here: str) -> Entry:
    current = request.path == url or (item.prefix is not None and item.prefix == here)
    return Entry(title, url, item.icon, current, item.count(actor) if item.count else None)


def _current(prefixes: Iterable[str]) -> str:
    """Of the prefixes that the page lies below the longest: an entry within another's is the page's own."""
    return max((prefix for prefix in prefixes if request.path.startswith(prefix)), key=len, default="")
