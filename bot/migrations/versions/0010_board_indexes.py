"""Indexes for the lists of the workbench and for what waits in the outbox about one consultation or adviser."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_consultations_answerer", "consultations", ["answerer"])
    op.create_index("ix_outbox_consultation_id", "outbox", ["consultation_id"])
    op.create_index("ix_outbox_adviser_id", "outbox", ["adviser_id"])


def downgrade() -> None:
    op.drop_index("ix_outbox_adviser_id", "outbox")
    op.drop_index("ix_outbox_consultation_id", "outbox")
    op.drop_index("ix_consultations_answerer", "consultations")
