"""People known by their contact, for consultations entered by hand, and what the ledger of consultations filters by."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("residents", sa.Column("contact_digest", sa.String(length=64), nullable=True))
    op.create_index("ix_residents_contact_digest", "residents", ["contact_digest"], unique=True)
    op.create_index(
        "ix_consultations_ledger",
        "consultations",
        ["opened_at", "channel", "village", "topic", "outcome", "answerer"],
        unique=False,
    )
    op.create_index("ix_ledger_rows_void", "ledger_rows", ["void"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_ledger_rows_void", "ledger_rows")
    op.drop_index("ix_consultations_ledger", "consultations")
    op.drop_index("ix_residents_contact_digest", "residents")
    op.drop_column("residents", "contact_digest")
