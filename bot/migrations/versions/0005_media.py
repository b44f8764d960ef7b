"""Residents' pictures and recordings, fetched from the platform before it deletes them.

Those that turns name already are to be fetched; the ones that are too old are given up at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_media_turn_id"),
        sa.PrimaryKeyConstraint("turn_id", name="pk_media"),
    )
    op.create_index("ix_media_due_at", "media", ["due_at"], unique=False)
    op.execute(
        "INSERT INTO media (turn_id, kind, due_at, attempts, error) SELECT id, '', said_at, 0, '' FROM turns "
        "WHERE media_id <> '' AND kind IN ('image', 'voice')"
    )


def downgrade() -> None:
    op.drop_table("media")
