"""A fault in the knowledge files, and the exception that carries all of them at once."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend: where it stands (file:line, entry, key) and what is wrong with it."""

    place: str
    entry: str
    key: str
    problem: str

    def __str__(self) -> str:
        where = f"{self.place} [{self.entry}]" if self.entry else self.place
        return f"{where} {self.key}：{self.problem}"


class KnowledgeError(Exception):
    """The knowledge files cannot be used as they stand; `faults` lists every reason."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__(f"知识库有 {len(faults)} 处错误：\n" + "\n".join(map(str, self.faults)))
