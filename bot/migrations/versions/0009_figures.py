"""What residents said, found by time, so that a month is counted without reading all years."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_turns_author_said_at_consultation_id", "turns", ["author", "said_at", "consultation_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_turns_author_said_at_consultation_id", table_name="turns")
