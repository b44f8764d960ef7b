"""Keeping a ledger in a real database: numbers, sealed columns, history, striking out."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.clerk import ERASE, Clerk
from bot.clock import SHANGHAI
from bot.errors import ConfigError, RecordError
from bot.ledger.activities import DISCLOSURE
from bot.ledger.book import Book
from bot.ledger.mediation import MEDIATION
from bot.ledger.registers import COMMITTEE, MEDIATOR
from bot.seal import Seal
from bot.store.database import Database
from bot.store.records import Record, Wanted

NOW = dt.datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)
CLERK = Clerk(Seal(SecretStr("k" * 40)), ["甲山村", "乙水村"])
DISPUTE = {
    "accepted": "2026-03-01", "committee": "甲山村调委会", "village": "甲山村", "mediator": "甲调解员", "source": "当事人申请",
    "applicant_name": "赵某某", "applicant_contact": "13800000000", "respondent_name": "钱某某", "topic": "邻里", "facts": "围墙占地",
}  # fmt: skip


@pytest.fixture
def database(blank: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(blank, tmp_path / "ledger.db")
    database = Database(f"sqlite:///{tmp_path}/ledger.db")
    keep(database, COMMITTEE, {"name": "甲山村调委会", "village": "甲山村", "since": "2020-01-01"})
    keep(database, COMMITTEE, {"name": "乙水村调委会", "village": "乙水村", "since": "2020-01-01"})
    keep(database, MEDIATOR, {"name": "甲调解员", "committee": "甲山村调委会", "since": "2021-01-01"})
    yield database
    database.close()


def keep(database: Database, book: Book, raw: dict[str, str]) -> Record:
    with database.unit() as unit:
        reading = CLERK.read(unit, book, raw, NOW)
        assert reading.faults == ()
        record = CLERK.add(unit, book, reading.values, "办事员", NOW)
        unit.commit()
    return record


def change(database: Database, record: Record, **raw: str) -> Record:
    with database.unit() as unit:
        typed = {**CLERK.values(MEDIATION, record), **dict.fromkeys(SECRETS, ""), **raw}
        reading = CLERK.read(unit, MEDIATION, typed, NOW, record)
        assert reading.faults == ()
        changed = CLERK.change(unit, MEDIATION, record, record.version, reading.values, "另一位", NOW)
        unit.commit()
    return changed


SECRETS = [field.key for field in MEDIATION.fields if field.secret]


def test_numbers_run_within_committee_and_year(database: Database) -> None:
    rows = [DISPUTE, DISPUTE, DISPUTE | {"committee": "乙水村调委会"}, DISPUTE | {"accepted": "2025-12-31"}]
    assert [keep(database, MEDIATION, row).number for row in rows] == [
        "甲山村调委会2026-001", "甲山村调委会2026-002", "乙水村调委会2026-001", "甲山村调委会2025-001",
    ]  # fmt: skip


def test_who_is_behind_a_dispute_cannot_be_read_in_the_file(database: Database) -> None:
    record = keep(database, MEDIATION, DISPUTE)
    with database.engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM ledger_rows")).all())
    assert "围墙占地" in stored
    assert not any(secret in stored for secret in ("赵某某", "13800000000"))
    shown = CLERK.values(MEDIATION, record)
    assert (shown["applicant_name"], shown["applicant_contact"]) == ("赵**", "138******00")
    assert CLERK.values(MEDIATION, record, revealed=True)["applicant_contact"] == "13800000000"


def test_a_sealed_column_left_empty_stays_and_is_emptied_on_demand(database: Database) -> None:
    record = change(database, keep(database, MEDIATION, DISPUTE), facts="围墙占地一米")
    assert CLERK.open(record, "applicant_contact") == "13800000000"
    record = change(database, record, applicant_contact=ERASE)
    assert CLERK.open(record, "applicant_contact") == ""


def test_the_history_says_who_changed_what_and_keeps_secrets(database: Database) -> None:
    record = change(database, keep(database, MEDIATION, DISPUTE), facts="围墙占地一米", applicant_name="孙某某")
    with database.reading() as unit:
        created, changed = unit.records.history(record.id)
    assert (created.actor, changed.actor) == ("办事员", "另一位")
    assert changed.changes == {"facts": ("围墙占地", "围墙占地一米"), "applicant_name": ("（不显示）", "（不显示）")}


def test_nothing_changed_is_not_written_down(database: Database) -> None:
    record = keep(database, MEDIATION, DISPUTE)
    assert change(database, record).version == record.version


def test_a_row_put_under_another_year_gets_a_new_number(database: Database) -> None:
    record = change(database, keep(database, MEDIATION, DISPUTE), accepted="2025-12-30")
    assert record.number == "甲山村调委会2025-001"
    assert record.day == dt.date(2025, 12, 30)
    assert keep(database, MEDIATION, DISPUTE).number == "甲山村调委会2026-002"


def test_of_two_clerks_the_second_is_told_who_was_first(database: Database) -> None:
    record = keep(database, MEDIATION, DISPUTE)
    change(database, record, facts="第一位改的")
    with pytest.raises(RecordError, match="另一位刚刚改过"):
        change(database, record, facts="第二位改的")


def test_what_is_struck_out_stays_to_be_read_and_counts_no_more(database: Database) -> None:
    record = keep(database, MEDIATION, DISPUTE)
    with database.unit() as unit:
        with pytest.raises(RecordError, match="写原因"):
            unit.records.strike_out(record.id, record.version, " ", "办事员", NOW)
        unit.records.strike_out(record.id, record.version, "登记重了", "办事员", NOW)
        unit.commit()
        assert unit.records.count(Wanted("mediation")) == 0
        assert unit.records.count(Wanted("mediation", void=True)) == 1
        assert unit.records.get(record.id).void == "登记重了"
        with pytest.raises(RecordError, match="已经作废"):
            unit.records.strike_out(record.id, record.version, "再一次", "办事员", NOW)


def test_rows_are_found_by_period_village_and_words(database: Database) -> None:
    for day, title in (("2025-12-31", "旧年公告"), ("2026-01-01", "新年公告"), ("2026-06-01", "年中预算")):
        keep(database, DISCLOSURE, {"day": day, "title": title, "way": "公示栏"})
    with database.reading() as unit:
        year = Wanted("disclosure", dt.date(2026, 1, 1), dt.date(2027, 1, 1))
        assert [row.row["title"] for row in unit.records.find(year, 10)] == ["年中预算", "新年公告"]
        assert [row.row["title"] for row in unit.records.each(Wanted("disclosure", words=("公告", "旧")))] == [
            "旧年公告"
        ]
        assert unit.records.count(Wanted("mediation", villages=["甲山村"])) == 0


def test_registers_offer_who_is_in_office_on_the_day(database: Database) -> None:
    keep(
        database, MEDIATOR, {"name": "前任", "committee": "甲山村调委会", "since": "2015-01-01", "until": "2026-06-30"}
    )
    with database.reading() as unit:
        assert CLERK.registers(unit, dt.date(2026, 6, 29))["mediator"] == ["前任", "甲调解员"]
        assert CLERK.registers(unit, dt.date(2026, 7, 1))["mediator"] == ["甲调解员"]


def test_without_a_key_nothing_is_kept_unsealed(database: Database) -> None:
    keyless = Clerk(Seal(SecretStr("")), ["甲山村"])
    with database.unit() as unit:
        reading = keyless.read(unit, MEDIATION, DISPUTE, NOW)
        with pytest.raises(ConfigError, match=r"workbench\.key"):
            keyless.add(unit, MEDIATION, reading.values, "办事员", NOW)
