"""Advisers at work: events, routing, bound accounts, and an outbox with several channels.

Consultations that exist get one event that holds the state they were found in.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


EVENTS = sa.table(
    "events", sa.column("consultation_id"), sa.column("number"), sa.column("kind"), sa.column("actor"),
    sa.column("data", sa.JSON()), sa.column("at"),
)  # fmt: skip


def upgrade() -> None:  # noqa: PLR0915
    op.create_table(
        "events",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_events_consultation_id"),
        sa.PrimaryKeyConstraint("consultation_id", "number", name="pk_events"),
    )
    op.create_table(
        "tokens",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account", name="pk_tokens"),
    )
    with op.batch_alter_table("advisers") as table:
        table.add_column(sa.Column("topics", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("email", sa.String(length=120), nullable=False, server_default=""))
        table.add_column(sa.Column("duty", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("configured", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("resident_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("binding_digest", sa.String(length=64), nullable=False, server_default=""))
        table.add_column(sa.Column("binding_until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("away_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("away_until", sa.Date(), nullable=True))
        table.create_unique_constraint("uq_advisers_resident_id", ["resident_id"])
        table.create_foreign_key("fk_advisers_resident_id", "residents", ["resident_id"], ["id"])

    with op.batch_alter_table("consultations") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("tried", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("satisfaction", sa.Integer(), nullable=True))
        table.add_column(sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_consultations_adviser_id", ["adviser_id"], unique=False)

    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("adviser_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("rung", sa.String(length=12), nullable=False, server_default="pickup"))
        table.add_column(sa.Column("lease", sa.String(length=16), nullable=False, server_default=""))
        table.add_column(sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(
            sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default="2026-01-01 00:00:00")
        )
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("error", sa.String(length=120), nullable=False, server_default=""))
        table.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        table.alter_column("resident_id", existing_type=sa.INTEGER(), nullable=True)
        table.create_index("ix_outbox_state_rung_due_at", ["state", "rung", "due_at"], unique=False)
        table.create_foreign_key("fk_outbox_adviser_id", "advisers", ["adviser_id"], ["id"])

    with op.batch_alter_table("residents") as table:
        table.add_column(sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("tapped_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("pushes", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("tap_pushes", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("turns") as table:
        table.add_column(sa.Column("who", sa.String(length=40), nullable=False, server_default=""))

    op.execute("UPDATE consultations SET state = 'wordless' WHERE state = 'details'")
    op.execute("UPDATE consultations SET state = 'assigned' WHERE state = 'open' AND adviser_id IS NOT NULL")
    op.execute("UPDATE consultations SET state = 'delivered' WHERE state = 'answered' AND entry_id <> ''")
    op.execute("UPDATE consultations SET delivered_at = answered_at WHERE state = 'delivered'")
    op.execute("UPDATE outbox SET due_at = created_at")
    op.execute("UPDATE consultations SET version = 1")
    consultations = sa.table("consultations", sa.column("id"), sa.column("state"), sa.column("opened_at"))
    rows = op.get_bind().execute(sa.select(consultations)).all()
    first = {"number": 1, "kind": "opened", "actor": "系统"}
    found = [{**first, "consultation_id": row.id, "data": {"state": row.state}, "at": row.opened_at} for row in rows]
    if found:
        op.bulk_insert(EVENTS, found)


def downgrade() -> None:
    with op.batch_alter_table("turns") as table:
        table.drop_column("who")

    with op.batch_alter_table("residents") as table:
        table.drop_column("tap_pushes")
        table.drop_column("pushes")
        table.drop_column("tapped_at")
        table.drop_column("heard_at")

    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("fk_outbox_adviser_id", type_="foreignkey")
        table.drop_index("ix_outbox_state_rung_due_at")
        table.alter_column("resident_id", existing_type=sa.INTEGER(), nullable=False)
        table.drop_column("sent_at")
        table.drop_column("error")
        table.drop_column("attempts")
        table.drop_column("due_at")
        table.drop_column("leased_until")
        table.drop_column("lease")
        table.drop_column("rung")
        table.drop_column("adviser_id")

    with op.batch_alter_table("consultations") as table:
        table.drop_index("ix_consultations_adviser_id")
        table.drop_column("closed_at")
        table.drop_column("delivered_at")
        table.drop_column("seen_at")
        table.drop_column("remind_at")
        table.drop_column("satisfaction")
        table.drop_column("tried")
        table.drop_column("claimed_at")
        table.drop_column("version")

    with op.batch_alter_table("advisers") as table:
        table.drop_constraint("fk_advisers_resident_id", type_="foreignkey")
        table.drop_constraint("uq_advisers_resident_id", type_="unique")
        table.drop_column("away_until")
        table.drop_column("away_from")
        table.drop_column("binding_until")
        table.drop_column("binding_digest")
        table.drop_column("resident_id")
        table.drop_column("configured")
        table.drop_column("duty")
        table.drop_column("email")
        table.drop_column("topics")

    op.drop_table("tokens")
    op.drop_table("events")
