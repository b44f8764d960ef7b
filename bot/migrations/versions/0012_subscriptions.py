"""Residents' consent to one message each, outside of the platform's windows."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_subscriptions_consultation_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_consultation_id", "subscriptions", ["consultation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("subscriptions")
