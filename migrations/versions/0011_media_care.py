"""Placeholder of media_care: its author writes it."""
revision, down_revision = "0011", "0010"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
