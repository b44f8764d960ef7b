"""The township's ledgers, the history of their rows, and the numbers given out."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("village", sa.String(length=40), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("void", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_ledger_rows_consultation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_rows"),
        sa.UniqueConstraint("book", "number", name="uq_ledger_rows_book_number"),
        sa.UniqueConstraint("book", "consultation_id", name="uq_ledger_rows_book_consultation_id"),
    )
    op.create_index("ix_ledger_rows_book_day", "ledger_rows", ["book", "day"], unique=False)
    op.create_index("ix_ledger_rows_consultation_id", "ledger_rows", ["consultation_id"], unique=False)
    op.create_table(
        "ledger_changes",
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["row_id"], ["ledger_rows.id"], name="fk_ledger_changes_row_id"),
        sa.PrimaryKeyConstraint("row_id", "version", name="pk_ledger_changes"),
    )
    op.create_table(
        "serials",
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_serials"),
    )


def downgrade() -> None:
    op.drop_table("serials")
    op.drop_table("ledger_changes")
    op.drop_table("ledger_rows")
