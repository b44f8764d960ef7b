"""Initial schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "advisers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("villages", sa.JSON(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_advisers"),
        sa.UniqueConstraint("name", name="uq_advisers_name"),
    )
    op.create_table(
        "counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_counters"),
    )
    op.create_table(
        "residents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=True),
        sa.Column("village", sa.String(length=40), nullable=False),
        sa.Column("following", sa.Boolean(), nullable=False),
        sa.Column("pending", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_residents"),
        sa.UniqueConstraint("openid", name="uq_residents_openid"),
    )
    op.create_table(
        "consultations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("village", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=12), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answerer", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.String(length=80), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("law", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("urgent", sa.String(length=12), nullable=False),
        sa.Column("feedback", sa.String(length=8), nullable=False),
        sa.Column("legal_aid_hinted", sa.Boolean(), nullable=False),
        sa.Column("adviser_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["adviser_id"], ["advisers.id"], name="fk_consultations_adviser_id"),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name="fk_consultations_resident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consultations"),
        sa.UniqueConstraint("number", name="uq_consultations_number"),
    )
    op.create_index("ix_consultations_opened_at", "consultations", ["opened_at"])
    op.create_index("ix_consultations_resident_id", "consultations", ["resident_id"])
    op.create_index("ix_consultations_state_due_at", "consultations", ["state", "due_at"])

    op.create_table(
        "messages",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.Column("error_id", sa.String(length=12), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name="fk_messages_resident_id"),
        sa.PrimaryKeyConstraint("key", name="pk_messages"),
    )
    op.create_index("ix_messages_resident_id", "messages", ["resident_id"])
    op.create_index("ix_messages_state_received_at", "messages", ["state", "received_at"])

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_outbox_consultation_id"),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name="fk_outbox_resident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_resident_id_state", "outbox", ["resident_id", "state"])

    op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media_id", sa.String(length=200), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_turns_consultation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
    )
    op.create_index("ix_turns_consultation_id", "turns", ["consultation_id"])


def downgrade() -> None:
    op.drop_index("ix_turns_consultation_id", "turns")

    op.drop_table("turns")
    op.drop_index("ix_outbox_resident_id_state", "outbox")

    op.drop_table("outbox")
    op.drop_index("ix_messages_state_received_at", "messages")
    op.drop_index("ix_messages_resident_id", "messages")

    op.drop_table("messages")
    op.drop_index("ix_consultations_state_due_at", "consultations")
    op.drop_index("ix_consultations_resident_id", "consultations")
    op.drop_index("ix_consultations_opened_at", "consultations")

    op.drop_table("consultations")
    op.drop_table("residents")
    op.drop_table("counters")
    op.drop_table("advisers")
