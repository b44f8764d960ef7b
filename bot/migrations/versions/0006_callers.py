"""Attempts to sign in, counted by network address."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callers",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_callers"),
    )
    op.create_index("ix_callers_until", "callers", ["until"], unique=False)
    op.create_table(
        "caller_keys",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_caller_keys"),
    )


def downgrade() -> None:
    op.drop_table("caller_keys")
    op.drop_table("callers")
