"""Days of law publicity (普法): what residents are offered to read on each; the country's in `data/publicity.toml`."""

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.corpus import DATA, Corpus
from knowledge.entry import Entry
from knowledge.fault import Fault, KnowledgeError

FEWEST, MOST = 3, 5
_KEYS = {"date", "name", "theme", "entries"}


@dataclass(frozen=True)
class Listed:
    """A day as a file or the township's configuration lists it."""

    date: str
    """Month and day: 03-08."""
    name: str
    theme: str
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Day:
    month: int
    day: int
    name: str
    theme: str
    entries: tuple[Entry, ...]

    def is_on(self, date: dt.date) -> bool:
        return (date.month, date.day) == (self.month, self.day)


class Publicity:
    """The days of a year, in order; a day of the township stands before the country's of the same date."""

    def __init__(self, days: Sequence[Day]) -> None:
        self.days = tuple(sorted(days, key=lambda day: (day.month, day.day)))

    def on(self, date: dt.date) -> Day | None:
        return next((day for day in self.days if day.is_on(date)), None)

    def next(self, date: dt.date) -> Day | None:
        """Today's, else the one that comes next, over the end of the year if need be."""
        later = [day for day in self.days if (day.month, day.day) >= (date.month, date.day)]
        return next(iter([*later, *self.days]), None)


def load(corpus: Corpus, own: Sequence[Listed] = (), folder: Path = DATA) -> Publicity:
    """Raises KnowledgeError for a date that no year has, an entry that does not exist, or too few or too many."""
    rows = tomllib.loads((folder / "publicity.toml").read_text(encoding="utf-8")).get("day", [])
    faults = [
        Fault("publicity.toml", str(row.get("name", "")), key, "缺少这一项") for row in rows for key in _KEYS - set(row)
    ]
    if faults:
        raise KnowledgeError(faults)
    shipped = [Listed(row["date"], row["name"], row["theme"], tuple(row["entries"])) for row in rows]
    entries, days = {entry.id: entry for entry in corpus}, []
    for listed, place in (*((one, "[[publicity]]") for one in own), *((one, "publicity.toml") for one in shipped)):
        missing = [name for name in listed.entries if name not in entries]
        date = _date(listed.date)
        if not date:
            faults.append(Fault(place, listed.name, "date", f"“{listed.date}”不是日期，请写成 03-08 这样"))
        elif missing or not FEWEST <= len(listed.entries) <= MOST:
            problem = f"没有这些条目：{'、'.join(missing)}" if missing else f"要列 {FEWEST} 到 {MOST} 条"
            faults.append(Fault(place, listed.name, "entries", problem))
        else:
            own_entries = tuple(entries[name] for name in listed.entries)
            days.append(Day(date.month, date.day, listed.name, listed.theme, own_entries))
    if faults:
        raise KnowledgeError(faults)
    return Publicity(days)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"2024-{text}")  # a year that has a 29 February
    except ValueError:
        return None
