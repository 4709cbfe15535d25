"""Placeholder of decisions: its author writes it."""
revision, down_revision = "0009", "0008"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
