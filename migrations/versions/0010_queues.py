"""Placeholder of queues: its author writes it."""
revision, down_revision = "0010", "0009"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
