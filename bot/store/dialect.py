"""What both databases know and SQLAlchemy spells apart."""

from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import GenericFunction

from bot.store.models import Base


def insert_into(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT with on_conflict_do_nothing and on_conflict_do_update."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(table)


class seconds_before(GenericFunction[Any]):  # noqa: N801 - spelt as a function of SQL
    """seconds_before(moment, seconds): exact to the microsecond, as moments are kept."""

    type = DateTime(timezone=True)
    inherit_cache = True


@compiles(seconds_before, "sqlite")
def _in_sqlite(element: Any, compiler: Any, **words: Any) -> str:
    # datetime() knows whole seconds alone, so the fraction of the text is put back.
    moment, seconds = (compiler.process(one, **words) for one in element.clauses)
    return f"(datetime(substr({moment}, 1, 19), '-' || {seconds} || ' seconds') || substr({moment}, 20))"


@compiles(seconds_before, "postgresql")
def _in_postgresql(element: Any, compiler: Any, **words: Any) -> str:
    moment, seconds = (compiler.process(one, **words) for one in element.clauses)
    return f"({moment} - make_interval(secs => {seconds}))"
