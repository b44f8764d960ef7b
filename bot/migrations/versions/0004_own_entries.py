"""Entries that the office writes itself, and who is looking at a consultation."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("reviewer", sa.String(length=40), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_entries_consultation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("consultation_id", name="uq_entries_consultation_id"),
    )
    op.create_index("ix_entries_state", "entries", ["state"])
    op.create_table(
        "looks",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_looks_account_id"),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_looks_consultation_id"),
        sa.PrimaryKeyConstraint("consultation_id", "account_id", name="pk_looks"),
    )
    op.create_index("ix_consultations_answered_at", "consultations", ["answered_at"])


def downgrade() -> None:
    op.drop_index("ix_consultations_answered_at", "consultations")
    op.drop_table("looks")
    op.drop_index("ix_entries_state", "entries")
    op.drop_table("entries")
