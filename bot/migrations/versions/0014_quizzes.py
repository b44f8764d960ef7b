"""Tests of legal knowledge: questions taken out, exams, and who sat them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions_off",
        sa.Column("question", sa.String(length=20), nullable=False),
        sa.Column("editor", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("question", name="pk_questions_off"),
    )
    op.create_table(
        "exams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("who", sa.String(length=20), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["ledger_rows.id"], name="fk_exams_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exams"),
        sa.UniqueConstraint("digest", name="uq_exams_digest"),
    )
    op.create_table(
        "sittings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=True),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name="fk_sittings_exam_id"),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name="fk_sittings_resident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sittings"),
        sa.UniqueConstraint("digest", name="uq_sittings_digest"),
    )
    op.create_index("ix_sittings_ended_at", "sittings", ["ended_at"], unique=False)
    op.create_index("ix_sittings_exam_id", "sittings", ["exam_id"], unique=False)


def downgrade() -> None:
    op.drop_table("sittings")
    op.drop_table("exams")
    op.drop_table("questions_off")
