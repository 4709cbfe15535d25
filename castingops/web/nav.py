"""The console's side navigation: what each feature offers, and who may see it."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for

from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.core.messages import Message
from castingops.core.permissions import Permission


@dataclass(frozen=True)
class NavItem:
    """One entry. `count` answers what waits there, None for nothing to say; it is asked on full pages only."""

    title: Message
    endpoint: str
    icon: str
    permission: Permission
    count: Callable[[Actor], int | None] | None = None
    prefix: str | None = None  # paths below it belong to this entry; else the entry's own path alone


@dataclass(frozen=True)
class NavSection:
    """Entries under one heading; the first has none."""

    title: Message | None
    items: tuple[NavItem, ...]


def nav_for(actor: Actor) -> list[dict[str, object]]:
    """Sections and entries that this actor may open, with the current one marked: the template's `nav`."""
    sections: Sequence[NavSection] = current_app.extensions["nav"]
    shown: list[dict[str, object]] = []
    for section in sections:
        items = [_shown(item, actor) for item in section.items if actor.may(item.permission)]
        if items:
            shown.append({"title": translate(section.title) if section.title else "", "items": items})
    return shown


def _shown(item: NavItem, actor: Actor) -> dict[str, object]:
    url = url_for(item.endpoint)
    prefix = item.prefix or url
    current = request.path == url or (item.prefix is not None and request.path.startswith(prefix))
    return {"title": translate(item.title), "url": url, "icon": item.icon, "current": current,
            "count": item.count(actor) if item.count else None}
