"""Texts and their reports, what people choose to be told, who told us to stop, and marketing as a purpose."""
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from castingops.core.rls import person_columns, platform_columns, protect_person, protect_platform

revision, down_revision = "0026", "0025"

TIME = sa.DateTime(timezone=True)
VERSION = "2026-12"
TEXTS = Path(__file__).resolve().parents[1] / "notices" / VERSION  # never edited: a new text is a new version
PUBLISHED_AT = datetime(2026, 12, 1, tzinfo=UTC)


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")
    recheck("email_messages", "state", "state in ('queued', 'sent', 'failed', 'skipped')")
    recheck("email_messages", "reason", "(state in ('failed', 'skipped')) = (reason is not null)")
    create_texts()
    op.create_table(
        "notification_preferences", *person_columns(), required("channel"), required("category"),
        required("is_on", sa.Boolean()), required("changed_at", TIME),
        sa.UniqueConstraint("subject_id", "channel", "category"),
        sa.CheckConstraint("channel in ('inbox', 'email', 'sms')", name="channel"),
        sa.CheckConstraint("category in ('security', 'service', 'reminder', 'marketing')", name="category"),
        sa.CheckConstraint("category <> 'security' and (channel <> 'inbox' or category = 'marketing')",
                           name="changeable"))
    protect_person(op, "notification_preferences", grants="select, insert, update, delete")
    op.create_table(
        "suppressions", *platform_columns(), required("channel"), required("who"), required("reason"),
        required("since", TIME), sa.UniqueConstraint("channel", "who"),
        sa.CheckConstraint("channel in ('email', 'sms')", name="channel"),
        sa.CheckConstraint("reason in ('link', 'reply')", name="reason"))
    protect_platform(op, "suppressions", grants="select, insert, update")
    add_marketing()


def create_texts() -> None:
    op.create_table(
        "sms_messages", *person_columns(), required("notification_id", sa.Uuid()), required("state"),
        sa.Column("provider", sa.String()), sa.Column("provider_id", sa.String()), sa.Column("reason", sa.String()),
        required("created_at", TIME), sa.Column("sent_at", TIME), sa.Column("reported_at", TIME),
        sa.ForeignKeyConstraint(["subject_id", "notification_id"], ["notifications.subject_id", "notifications.id"],
                                ondelete="CASCADE"),
        sa.CheckConstraint("state in ('queued', 'sent', 'delivered', 'failed', 'skipped')", name="state"),
        sa.CheckConstraint("(state in ('failed', 'skipped')) = (reason is not null)", name="reason"),
        sa.CheckConstraint("(provider is null) = (provider_id is null)", name="provider_whole"))
    op.create_index(None, "sms_messages", ["subject_id", "notification_id"])
    op.create_index(None, "sms_messages", ["provider", "provider_id"])
    protect_person(op, "sms_messages", grants="select, insert, update, delete")
    op.create_table(
        "sms_reports", *platform_columns(), required("provider"), required("provider_id"), required("state"),
        required("received_at", TIME), sa.UniqueConstraint("provider", "provider_id", "state"),
        sa.CheckConstraint("state in ('delivered', 'failed')", name="state"))
    op.create_index(None, "sms_reports", ["received_at"])
    protect_platform(op, "sms_reports", grants="select, insert, delete")


def add_marketing() -> None:
    op.execute("insert into purposes (code, basis, title_en, title_ar) values"
               " ('marketing', 'consent', 'News and offers', 'الأخبار والعروض')")
    recheck("notices", "kind", "kind in ('privacy', 'terms', 'marketing')")
    op.bulk_insert(sa.table("notices", *(sa.column(name) for name in notice(next(TEXTS.glob("*.txt"))))),
                   [notice(path) for path in sorted(TEXTS.glob("*.txt"))])
    recheck("consent_events", "means", "means in ('registration', 'submission', 'app', 'lapse', 'link', 'reply')")


def notice(path: Path) -> dict[str, object]:
    kind, age_band, locale = path.stem.split(".")
    title, _, body = path.read_text("utf-8").strip().partition("\n")
    return {"kind": kind, "version": VERSION, "locale": locale, "age_band": age_band, "title": title, "body": body,
            "text_hash": sha256(f"{title}\n{body}".encode()).hexdigest(), "published_at": PUBLISHED_AT}


def recheck(table: str, name: str, condition: str) -> None:
    op.drop_constraint(f"ck_{table}_{name}", table)
    op.create_check_constraint(name, table, condition)


def forget(table: str, condition: str) -> None:
    """Rows of persons, of everybody: a policy would let us reach one person's at a time."""
    op.execute(f"alter table {table} no force row level security")
    op.execute(f"delete from {table} where {condition}")  # noqa: S608  # words of this file
    op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")
    forget("consent_events", "purpose = 'marketing' or means in ('link', 'reply')")
    recheck("consent_events", "means", "means in ('registration', 'submission', 'app', 'lapse')")
    op.execute("delete from notices where kind = 'marketing'")
    recheck("notices", "kind", "kind in ('privacy', 'terms')")
    op.execute("delete from purposes where code = 'marketing'")
    for table in ("suppressions", "notification_preferences", "sms_reports", "sms_messages"):
        op.drop_table(table)
    forget("email_messages", "state = 'skipped'")
    recheck("email_messages", "reason", "(state = 'failed') = (reason is not null)")
    recheck("email_messages", "state", "state in ('queued', 'sent', 'failed')")
