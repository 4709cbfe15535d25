"""Placeholder of appeals: its author writes it."""
revision, down_revision = "0013", "0012"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
