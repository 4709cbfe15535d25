"""Privacy labels on columns. Exports, erasure, retention, RoPA and redaction are generated from them (PDPL art. 31)."""
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Delete, Table, Update
from sqlalchemy.orm import DeclarativeBase

Model = type[DeclarativeBase]


class Purpose(StrEnum):
    """Why personal data is processed. Each has notices and consent events in `consent`."""

    ACCOUNT = "account"
    SECURITY = "security"
    PROFILE = "profile"
    MODERATION = "moderation"
    NOTIFICATION = "notification"
    CASTING = "casting"
    BILLING = "billing"
    LEGAL = "legal"
    MARKETING = "marketing"
    SENSITIVE = "sensitive"  # what tells of belief or health, for casting and nothing else


@dataclass(frozen=True)
class Personal:
    """What a personal column holds, of whom, why, for how long since when, and how it is erased.

    `erase`: null, redact (a mark stays), delete (the whole row goes), keep (a law keeps it; say which in the model).
    """

    category: str
    subject: str
    purposes: tuple[Purpose, ...]
    retention: timedelta | None  # None: as long as the account
    since: str = "created_at"
    erase: Literal["null", "redact", "delete", "keep"] = "delete"
    sensitive: bool = False
    minor: bool = False  # may hold a minor's data


REDACTED = "[erased]"
IMPERSONAL: dict[str, Any] = {"privacy": None}


def personal(*, category: str, subject: str, purposes: tuple[Purpose, ...], retention: timedelta | None,
             since: str = "created_at", erase: Literal["null", "redact", "delete", "keep"] = "delete",
             sensitive: bool = False, minor: bool = False) -> dict[str, Any]:
    """Column info for a personal column; the fields are those of `Personal`."""
    return {"privacy": Personal(category, subject, purposes, retention, since, erase, sensitive, minor)}


def table_of(model: Model) -> Table:
    """The table behind `model`; SQLAlchemy types it as any FROM clause."""
    return cast(Table, model.__table__)


def labels(model: Model) -> dict[str, Personal]:
    """The personal columns of `model` by name."""
    return {column.name: column.info["privacy"] for column in table_of(model).columns if column.info["privacy"]}


def subject_path(model: Model) -> str:
    """The column of `model` that leads to its data subject. Errors: LookupError when it names none."""
    column = table_of(model).info.get("subject")
    names = {column.name for column in table_of(model).columns}
    for name in (column, "subject_id", "user_id"):
        if name in names:
            return cast(str, name)
    raise LookupError(f"{table_of(model).name} holds personal data and no path to its subject")


def erase_where(model: Model, *conditions: ColumnElement[bool]) -> Update | Delete:
    """The statement that erases what `model` holds of people, in the rows that match."""
    told = {name: label.erase for name, label in labels(model).items() if label.erase != "keep"}
    if "delete" in told.values():
        return table_of(model).delete().where(*conditions)
    blank = {name: None if how == "null" else REDACTED for name, how in told.items()}
    return table_of(model).update().where(*conditions).values(blank)


def unlabelled(tables: list[Table]) -> list[str]:
    """Columns that say neither `personal(…)` nor IMPERSONAL, as table.column."""
    return [str(column) for table in tables for column in table.columns if "privacy" not in column.info]
