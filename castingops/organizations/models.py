"""The tables of organizations. What holds under concurrency is a trigger's word too (migration 0021)."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, OrgOwned, PersonOwned, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal
from castingops.organizations.types import INVITATIONS_KEPT

_RANKS = "role in ('owner', 'admin', 'member', 'viewer')"


def _account(category: str, *, subject: str = "user", retention: timedelta | None = None,
             **options: Any) -> dict[str, Any]:
    return personal(category=category, subject=subject, purposes=(Purpose.ACCOUNT,), retention=retention, **options)


class Organization(PlatformOwned, Base):
    """A tenant. `stamp` names the present state of its memberships; a trigger draws it anew with every change."""

    __tablename__ = "organizations"
    __table_args__ = (
        UniqueConstraint("slug_key"),
        CheckConstraint("plan in ('free', 'starter', 'pro', 'enterprise')", name="plan"),
        CheckConstraint("seats between 1 and 100000", name="seats"),
        CheckConstraint("state in ('active', 'closing', 'closed')", name="state"),
        CheckConstraint("(state = 'closing') = (closes_at is not null)", name="closing_has_an_end"),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed_once"),
        CheckConstraint("length(name_ar) between 1 and 120 and length(name_en) between 1 and 120", name="names"),
        CheckConstraint("length(slug) between 3 and 40", name="slug_length"),
        Index("ix_organizations_closes_at", "closes_at", postgresql_where=text("state = 'closing'")),
    )

    name_ar: Mapped[str] = mapped_column(info=IMPERSONAL)
    name_en: Mapped[str] = mapped_column(info=IMPERSONAL)
    slug: Mapped[str] = mapped_column(info=IMPERSONAL)
    slug_key: Mapped[str] = mapped_column(info=IMPERSONAL)  # what look-alikes have in common
    search_text: Mapped[str] = mapped_column(info=IMPERSONAL)  # folded
    plan: Mapped[str] = mapped_column(info=IMPERSONAL)
    seats: Mapped[int] = mapped_column(info=IMPERSONAL)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, info=IMPERSONAL)
    legal_name: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    vat_number: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    closes_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    closed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    stamp: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid(), info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class PlanEntitlement(Base):
    """What a plan includes, until billing keeps its own books; a row is a yes. Read by `org_entitled` alone."""

    __tablename__ = "plan_entitlements"
    __table_args__ = (
        CheckConstraint("plan in ('free', 'starter', 'pro', 'enterprise')", name="plan"),
        CheckConstraint("entitlement in ('post', 'search', 'contact')", name="entitlement"),
    )

    plan: Mapped[str] = mapped_column(primary_key=True, info=IMPERSONAL)
    entitlement: Mapped[str] = mapped_column(primary_key=True, info=IMPERSONAL)


class MembershipRow(OrgOwned, Base):
    """That somebody belongs to an organization, and with which rank. Leaving deletes the row (P11)."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("org_id", "user_id"),
        ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="CASCADE"),
        CheckConstraint(_RANKS, name="role"),
        Index(None, "user_id", "id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"),
                                          info=_account("membership", since="accepted_at"))
    role: Mapped[str] = mapped_column(info=_account("membership", since="accepted_at"))
    invited_by: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # None: who made the organization
    invited_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    accepted_at: Mapped[datetime] = mapped_column(info=_account("membership", since="accepted_at"))
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class Invitation(OrgOwned, Base):
    """A letter to an address: whoever holds its token and that address may join. The token is kept as its hash."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="CASCADE"),
        CheckConstraint(_RANKS, name="role"),
        CheckConstraint("state in ('open', 'accepted', 'declined', 'revoked', 'expired')", name="state"),
        CheckConstraint("locale in ('en', 'ar')", name="locale"),
        CheckConstraint("(state = 'accepted') <= (user_id is not null)", name="accepted_by_someone"),
        Index("uq_invitations_open", "org_id", "email", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_invitations_expires_at", "expires_at", postgresql_where=text("state = 'open'")),  # the sweep's
        {"info": {"subject": "user_id"}},
    )

    email: Mapped[str] = mapped_column(info=_account("contact", subject="invited person", retention=INVITATIONS_KEPT))
    role: Mapped[str] = mapped_column(info=IMPERSONAL)
    locale: Mapped[str] = mapped_column(info=IMPERSONAL)
    token_hash: Mapped[str] = mapped_column(info=IMPERSONAL)
    letters: Mapped[int] = mapped_column(info=IMPERSONAL)  # how many were sent; each has a token of its own
    letter_state: Mapped[str] = mapped_column(info=IMPERSONAL)  # queued, sent or failed: the last one's
    invited_by: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    user_id: Mapped[UUID | None] = mapped_column(  # who answered
        ForeignKey("subjects.id", ondelete="CASCADE"),
        info=_account("membership", subject="invited person", retention=INVITATIONS_KEPT))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    answered_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class Transfer(OrgOwned, Base):
    """An owner's offer to hand the organization over to a member, who accepts or declines it."""

    __tablename__ = "org_transfers"
    __table_args__ = (
        ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="CASCADE"),
        CheckConstraint("state in ('open', 'accepted', 'declined', 'cancelled')", name="state"),
        CheckConstraint("from_user <> to_user", name="to_another"),
        Index("uq_org_transfers_open", "org_id", unique=True, postgresql_where=text("state = 'open'")),
        {"info": {"subject": "to_user"}},
    )

    from_user: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    to_user: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    settled_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class OrganizationEvent(OrgOwned, Base):
    """A step in an organization's life: its state, its plan, its seats, its owner."""

    __tablename__ = "organization_events"
    __table_args__ = (
        ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="CASCADE"),
        CheckConstraint("kind in ('state', 'plan', 'seats', 'owner')", name="kind"),
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    before: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    after: Mapped[str] = mapped_column(info=IMPERSONAL)
    actor_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class CurrentOrganization(PersonOwned, Base):
    """The organization that a person's app has open. It goes with the membership."""

    __tablename__ = "current_organizations"
    __table_args__ = (
        UniqueConstraint("subject_id"),
        ForeignKeyConstraint(["org_id", "subject_id"], ["memberships.org_id", "memberships.user_id"],
                             ondelete="CASCADE"),
    )

    org_id: Mapped[UUID] = mapped_column(info=_account("preference", since="chosen_at"))
    chosen_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class Credential(OrgOwned, Base):
    """A secret of an organization's for somebody else's system, sealed for this row and version alone (ORG-3)."""

    __tablename__ = "credentials"
    __table_args__ = (
        UniqueConstraint("org_id", "name"),
        ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="CASCADE"),
        CheckConstraint("length(name) between 1 and 120", name="name_length"),
        CheckConstraint("length(masked) <= 12", name="masked"),  # eight dots and four characters
    )

    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    provider: Mapped[str] = mapped_column(info=IMPERSONAL)
    sealed: Mapped[str] = mapped_column(info=IMPERSONAL)
    masked: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_by: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    rotated_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    last_used_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)  # of the secret: part of what it is sealed for


class WebhookEndpoint(OrgOwned, Base):
    """An address of an organization's that its events are sent to (ORG-5). Secrets are sealed for row and version."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "credential_id"], ["credentials.org_id", "credentials.id"]),
        CheckConstraint("length(url) between 8 and 2048", name="url_length"),
        CheckConstraint("cardinality(types) between 1 and 50", name="types"),
        CheckConstraint("state in ('active', 'disabled')", name="state"),
        CheckConstraint("(state = 'disabled') = (disabled_for is not null)", name="disabled_for_a_reason"),
        CheckConstraint("(secret_before is null) = (before_until is null)", name="secret_before_ends"),
        Index(None, "org_id", "credential_id", postgresql_where=text("credential_id is not null")),
    )

    url: Mapped[str] = mapped_column(info=IMPERSONAL)
    description: Mapped[str] = mapped_column(info=IMPERSONAL)
    types: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    disabled_for: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    secret: Mapped[str] = mapped_column(info=IMPERSONAL)
    secret_before: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    before_until: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    credential_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    failures: Mapped[int] = mapped_column(info=IMPERSONAL)  # deliveries given up since one was delivered
    last_delivered_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    created_by: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)


class WebhookDelivery(OrgOwned, Base):
    """One event on its way to one address. `body` is what is signed, byte for byte, however often it is sent."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "endpoint_id"], ["webhook_endpoints.org_id", "webhook_endpoints.id"],
                             ondelete="CASCADE"),
        CheckConstraint("state in ('pending', 'delivered', 'failed')", name="state"),
        CheckConstraint("(state = 'pending') = (settled_at is null)", name="settled"),
        CheckConstraint("(state = 'pending') = (next_at is not null)", name="next_while_pending"),
        Index("uq_webhook_deliveries_once", "org_id", "endpoint_id", "message_id", unique=True,
              postgresql_where=text("replay_of is null")),
        Index(None, "org_id", "endpoint_id", "id"),
        Index("ix_webhook_deliveries_due", "next_at", postgresql_where=text("state = 'pending'")),
        Index("ix_webhook_deliveries_settled_at", "settled_at"),  # the sweep's
    )

    endpoint_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    message_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)  # `webhook-id`: the same for every try and replay
    type: Mapped[str] = mapped_column(info=IMPERSONAL)
    body: Mapped[str] = mapped_column(info=IMPERSONAL)  # ids and ranks, as events hold them
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    tries: Mapped[int] = mapped_column(info=IMPERSONAL)
    next_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    settled_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    status: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    outcome: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    milliseconds: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    answer: Mapped[str | None] = mapped_column(info=IMPERSONAL)  # the receiver's own words, for its own people
    replay_of: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
