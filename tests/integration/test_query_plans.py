"""No list of the workbench reads a whole table: SQLite's own plan of every statement that it sends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from bot import clock
from bot.store.board import Scope
from bot.store.database import Database, Unit
from tests.bench.workbench import fill

OWN = Scope(adviser_id=1, name="顾问1", villages=("第2村",))
ALL = Scope(everything=True)
BIG = ("consultations", "turns", "outbox")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('plans')}/a.db")
    database.migrate()
    fill(database, 2_000)
    yield database
    database.close()


def plan(database: Database, work: Callable[[Unit], object]) -> list[str]:
    """Every step that SQLite takes for the statements of this work."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    with database.reading() as unit:
        connection = unit.session.connection()
        event.listen(connection, "before_cursor_execute", keep)
        work(unit)
        event.remove(connection, "before_cursor_execute", keep)
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values).all() for one, values in sent]
    steps = [row[3] for plan in plans for row in plan]
    assert steps
    return steps


def scans(database: Database, work: Callable[[Unit], object]) -> list[str]:
    """The steps that read a big table from end to end, in no order that an index gives."""
    steps = plan(database, work)
    return [step for step in steps if step.startswith("SCAN") and step.split()[1] in BIG and "USING" not in step]


@pytest.mark.parametrize("scope", [OWN, ALL], ids=["adviser", "staff"])
@pytest.mark.parametrize(
    "work",
    [
        lambda unit, scope: unit.board.waiting(scope),
        lambda unit, scope: unit.board.done(scope),
        lambda unit, scope: unit.board.done(scope, 30, 3000),
        lambda unit, scope: unit.board.mark(scope),
    ],
    ids=["waiting", "done", "done, page 100", "mark"],
)
def test_a_list_reads_no_table_from_end_to_end(
    filled: Database, scope: Scope, work: Callable[[Unit, Scope], object]
) -> None:
    assert scans(filled, lambda unit: work(unit, scope)) == []


def test_what_was_answered_comes_in_the_order_of_an_index_and_is_not_sorted(filled: Database) -> None:
    assert not [step for step in plan(filled, lambda unit: unit.board.done(ALL)) if "ORDER BY" in step]


def test_what_waits_for_somebody_is_found_by_indexes(filled: Database) -> None:
    now = clock.now()
    assert scans(filled, lambda unit: unit.outbox.waiting(1, now)) == []
    assert scans(filled, lambda unit: unit.outbox.withdraw(1, now)) == []
    assert scans(filled, lambda unit: unit.consultations.conversation(1)) == []


def test_a_whole_table_read_is_noticed(filled: Database) -> None:
    found = scans(filled, lambda unit: unit.session.connection().exec_driver_sql("SELECT question FROM consultations"))
    assert found == ["SCAN consultations"]
