"""Residents whom a day of law publicity has reached."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readers",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name="fk_readers_resident_id"),
        sa.PrimaryKeyConstraint("day", "resident_id", name="pk_readers"),
    )


def downgrade() -> None:
    op.drop_table("readers")
