"""The one way in which lists of the API are paged: by `cursor`, 50 rows a page (API-3)."""
import marshmallow as ma


class CursorSchema(ma.Schema):
    """Which page of a list. Lists with filters inherit it."""

    cursor = ma.fields.String(load_default=None, metadata={"description": "meta.next_cursor of the page before"})
