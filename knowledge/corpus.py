"""Read data/<field>/*.toml into entries, reporting every fault with file, line, entry and key at once."""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.entry import SERVICES, TOPICS, Citation, Entry, SourcedFigure
from knowledge.fault import Fault, KnowledgeError

DATA = Path(__file__).parent / "data"
DRAFTS = DATA / "drafts"
"""Entries that nobody but their author has read: checked, never used to answer. Moved up once reviewed."""

_REQUIRED: dict[str, type] = {
    "id": str, "question": str, "similar": list, "keywords": list, "answer": str,
    "law": list, "topic": str, "service": str, "updated": dt.date,
}  # fmt: skip
_OPTIONAL: dict[str, type] = {"figures": list, "not_to_confuse": list, "source": list}
_TYPE_NAMES = {str: "文字", list: "列表", dt.date: "日期（如 2026-11-22，不加引号）"}
Report = Callable[[str, str], None]
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HEADER = re.compile(r"^\s*\[\[entry\]\]\s*(#.*)?$")


@dataclass(frozen=True)
class Corpus:
    """Every entry of the knowledge base, in file order."""

    entries: tuple[Entry, ...]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, entry_id: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.id == entry_id), None)


def load(*folders: Path) -> Corpus:
    """Load every entry of the fields in `folders`, DATA unless named. Raises KnowledgeError with all faults at once."""
    faults: list[Fault] = []
    entries: list[Entry] = []
    for folder in folders or (DATA,):
        for path in sorted(folder.glob("*/*.toml")):
            entries += _read_file(path, f"{path.parent.name}/{path.name}", faults)
    seen: dict[str, Entry] = {}
    for entry in entries:
        if entry.id in seen:
            faults.append(Fault(entry.place, entry.id, "id", f"编号重复，已用于 {seen[entry.id].place}"))
        seen.setdefault(entry.id, entry)
    for entry in entries:
        for other in entry.not_to_confuse:
            if other not in seen or other == entry.id:
                faults.append(Fault(entry.place, entry.id, "not_to_confuse", f"没有别的条目叫 {other}"))
    if not entries and not faults:
        faults.append(Fault("、".join(map(str, folders or (DATA,))), "", "entry", "没有找到任何条目，请检查知识库目录"))
    if faults:
        raise KnowledgeError(faults)
    return Corpus(tuple(entries))


def read_entry(row: dict[str, Any], place: str) -> Entry:
    """One entry from its keys, under the rules of a file. Raises KnowledgeError with all faults at once."""
    faults: list[Fault] = []
    entry = _read_entry(row, place, faults)
    if entry is None or faults:
        raise KnowledgeError(faults)
    return entry


def _read_file(path: Path, name: str, faults: list[Fault]) -> list[Entry]:
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Fault(name, "", "TOML", f"文件格式不对：{error}"))
        return []
    for key in sorted(document.keys() - {"entry"}):
        faults.append(Fault(name, "", key, "文件里只能有 [[entry]]"))
    rows = document.get("entry", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.append(Fault(name, "", "entry", "每个条目要以 [[entry]] 开头"))
        return []
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _HEADER.match(line)]
    read = (_read_entry(row, f"{name}:{line}", faults) for row, line in zip(rows, lines, strict=True))
    return [entry for entry in read if entry]


def _read_entry(row: dict[str, Any], place: str, faults: list[Fault]) -> Entry | None:
    entry_id = str(row.get("id", "无编号"))
    before = len(faults)

    def fault(key: str, problem: str) -> None:
        faults.append(Fault(place, entry_id, key, problem))

    # Each step relies on the one before: types before values, values before citations.
    for step in (_check_keys, _check_values):
        step(row, fault)
        if len(faults) > before:
            return None
    law = [citation for text in row["law"] if (citation := _read_citation(text, "law", fault))]
    figures = [figure for item in row.get("figures", []) if (figure := _read_figure(item, fault))]
    if len(faults) > before:
        return None
    return Entry(
        id=row["id"], question=row["question"].strip(), similar=tuple(row["similar"]),
        keywords=tuple(row["keywords"]), answer=row["answer"].strip(), law=tuple(law), topic=row["topic"],
        service=row["service"], updated=row["updated"], place=place, figures=tuple(figures),
        not_to_confuse=tuple(row.get("not_to_confuse", ())), source=tuple(row.get("source", ())),
    )  # fmt: skip


def _check_keys(row: dict[str, Any], fault: Report) -> None:
    for key in sorted(row.keys() - _REQUIRED.keys() - _OPTIONAL.keys()):
        fault(key, f"不认识的键，可用的键：{'、'.join(_REQUIRED | _OPTIONAL)}")
    for key, kind in (_REQUIRED | _OPTIONAL).items():
        if key not in row:
            if key in _REQUIRED:
                fault(key, "缺少这一项")
        elif type(row[key]) is not kind:
            fault(key, f"应当是{_TYPE_NAMES[kind]}")


def _check_values(row: dict[str, Any], fault: Report) -> None:
    if not _ID.fullmatch(row["id"]):
        fault("id", "只能用小写字母、数字和连字符")
    if row["topic"] not in TOPICS:
        fault("topic", f"“{row['topic']}”不在纠纷类型里：{'、'.join(TOPICS)}")
    if row["service"] not in SERVICES:
        fault("service", f"“{row['service']}”不对，应为 {'、'.join(SERVICES)} 之一")
    for key in ("question", "answer"):
        if not row[key].strip():
            fault(key, "不能为空")
    for key in ("similar", "keywords", "law", *(row.keys() & {"not_to_confuse", "source"})):
        values = row[key]
        if not values or not all(isinstance(value, str) and value.strip() for value in values):
            fault(key, "至少要有一项，每项都是文字")
        elif len(set(values)) < len(values):
            fault(key, f"有重复：{'、'.join(sorted({value for value in values if values.count(value) > 1}))}")


def _read_citation(text: str, key: str, fault: Report) -> Citation | None:
    try:
        return Citation.parse(text)
    except ValueError as error:
        fault(key, str(error))
        return None


def _read_figure(item: Any, fault: Report) -> SourcedFigure | None:
    if not isinstance(item, dict) or item.keys() != {"figure", "source"}:
        fault("figures", '每项写成 {figure = "15日", source = "某某法#12"}')
        return None
    source = _read_citation(str(item["source"]), "figures", fault)
    return SourcedFigure(str(item["figure"]), source) if source else None
