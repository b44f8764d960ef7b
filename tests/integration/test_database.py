import datetime as dt
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from bot.errors import ConfigError, StoreError
from bot.store.database import BUSY_SECONDS, Database
from bot.store.models import Base, Resident


def migrated(url: str) -> Database:
    database = Database(url)
    database.migrate()
    return database


def differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_the_migrations_make_the_schema_of_the_models(tmp_path: Path) -> None:
    database = migrated(f"sqlite:///{tmp_path}/new/folder/a.db")
    assert differences(database) == []
    database.migrate()
    database.close()


@pytest.mark.postgres
def test_the_migrations_make_the_same_schema_on_postgresql(postgres: str, tmp_path: Path) -> None:
    database = migrated(postgres)
    assert differences(database) == []
    lite = migrated(f"sqlite:///{tmp_path}/a.db")
    assert sorted(inspect(database.engine).get_table_names()) == sorted(inspect(lite.engine).get_table_names())
    database.close()
    lite.close()


def test_sqlite_runs_with_a_journal_foreign_keys_and_a_short_wait(tmp_path: Path) -> None:
    database = migrated(f"sqlite:///{tmp_path}/a.db")
    with database.engine.connect() as connection:
        settings = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 1, BUSY_SECONDS * 1000]
    assert BUSY_SECONDS < 5
    database.close()


def test_a_locked_database_is_reported_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.database.BUSY_SECONDS", 0.2)
    database = migrated(f"sqlite:///{tmp_path}/a.db")
    another = Database(f"sqlite:///{tmp_path}/a.db")
    with another.unit() as first:
        first.session.execute(text("SELECT 1"))
        with pytest.raises(StoreError, match="OperationalError"), database.unit() as second:
            second.session.execute(text("SELECT 1"))
    with database.unit(), pytest.raises(StoreError, match="太忙"), database.unit():
        pass
    database.close()
    another.close()


def test_moments_keep_their_zone_and_bare_ones_are_refused(tmp_path: Path) -> None:
    database = migrated(f"sqlite:///{tmp_path}/a.db")
    moment = dt.datetime(2026, 1, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    with database.unit() as unit:
        unit.session.add(Resident(openid="a", created_at=moment, pending={}))
        unit.commit()
    with database.reading() as unit:
        assert unit.session.query(Resident).one().created_at == moment
    with pytest.raises(StoreError), database.unit() as unit:
        unit.session.add(Resident(openid="b", created_at=dt.datetime(2026, 1, 1), pending={}))  # noqa: DTZ001
        unit.commit()
    database.close()


def test_nothing_is_kept_without_a_commit(tmp_path: Path) -> None:
    database = migrated(f"sqlite:///{tmp_path}/a.db")
    with database.unit() as unit:
        unit.residents.of("somebody", dt.datetime.now(dt.UTC))
    with database.reading() as unit:
        assert unit.session.query(Resident).count() == 0
    database.close()


@pytest.mark.parametrize(
    ("url", "heard"),
    [
        ("nonsense", "写法不对"), ("mysql://x", "只支持"), ("sqlite://", "写一个文件"), ("sqlite:///:memory:", "写一个文件"),
    ],
)  # fmt: skip
def test_a_wrong_address_names_the_right_form(url: str, heard: str) -> None:
    with pytest.raises(ConfigError, match=heard):
        Database(url)


@pytest.mark.postgres
def test_an_unreachable_server_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="数据库升级失败"):
        Database("postgresql://nobody@127.0.0.1:9/none").migrate()


@pytest.mark.postgres
def test_a_parcel_can_be_put_in_for_a_resident_whose_push_is_being_counted(postgres: str) -> None:
    database, moment = Database(postgres), dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC)
    database.migrate()
    with database.unit() as unit:
        person = unit.residents.of("resident", moment)
        unit.commit()
    with database.unit() as counting, database.unit() as writing:
        counting.residents.spend_push(person.id, moment)
        writing.outbox.put(person.id, "答复", moment)
        writing.commit()
        counting.commit()
    with database.reading() as unit:
        assert [parcel.text for parcel in unit.outbox.waiting(person.id, moment)] == ["答复"]
    database.close()
