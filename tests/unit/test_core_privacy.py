"""Labels on columns become the statements that erase and the path to whom they concern (COMP-8, PDPL)."""
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from castingops.core import privacy, roles_sql
from castingops.core.privacy import IMPERSONAL, Purpose, personal


class Base(DeclarativeBase):
    """Tables that no database has."""


def label(erase: Any) -> dict[str, Any]:
    return personal(category="words", subject="user", purposes=(Purpose.PROFILE,), retention=timedelta(1), erase=erase)


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True, info=IMPERSONAL)
    subject_id: Mapped[int] = mapped_column(info=label("keep"))
    title: Mapped[str] = mapped_column(info=label("redact"))
    body: Mapped[str | None] = mapped_column(info=label("null"))


class Visit(Base):
    __tablename__ = "visits"
    __table_args__ = {"info": {"subject": "guest_id"}}
    id: Mapped[int] = mapped_column(primary_key=True, info=IMPERSONAL)
    guest_id: Mapped[int] = mapped_column(info=label("delete"))
    note: Mapped[str] = mapped_column(info=label("null"))


class Stray(Base):
    __tablename__ = "strays"
    id: Mapped[int] = mapped_column(primary_key=True, info=label("keep"))
    forgotten: Mapped[str] = mapped_column()


def test_erasure_blanks_marks_and_keeps_as_labelled() -> None:
    statement = privacy.erase_where(Note, Note.subject_id == 7).compile()
    assert str(statement).startswith("UPDATE notes SET title=:title, body=:body")
    assert statement.params == {"title": privacy.REDACTED, "body": None, "subject_id_1": 7}


def test_one_column_to_delete_takes_the_row_along() -> None:
    assert str(privacy.erase_where(Visit, Visit.guest_id == 7)).startswith("DELETE FROM visits")


def test_every_personal_table_leads_to_its_subject() -> None:
    assert privacy.subject_path(Note) == "subject_id" and privacy.subject_path(Visit) == "guest_id"
    with pytest.raises(LookupError, match="strays"):
        privacy.subject_path(Stray)


def test_a_column_without_a_label_is_named() -> None:
    tables: list[Table] = [privacy.table_of(model) for model in (Note, Visit, Stray)]
    assert privacy.unlabelled(tables) == ["strays.forgotten"]


def test_passwords_of_database_roles_cannot_end_their_statement() -> None:
    """ARCHITECTURE §3: the script that an administrator runs."""
    script = roles_sql.roles_script(passwords={"castingops_app": "it's; drop"})
    assert script.endswith("alter role castingops_app password 'it''s; drop';\n")
    assert "password" not in roles_sql.roles_script()


def test_whole_script_makes_roles_then_database_then_what_is_inside() -> None:
    script = roles_sql.whole_script()
    parts = [roles_sql.roles_script(), roles_sql.database_script(), "\\connect castingops", roles_sql.inside_script()]
    assert [script.index(part) for part in parts] == sorted(script.index(part) for part in parts)
