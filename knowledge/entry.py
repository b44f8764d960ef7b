"""One answer of the knowledge base, and the vocabulary its fields are drawn from."""

import datetime as dt
import re
from dataclasses import dataclass

TOPICS = (
    "婚姻家庭", "继承", "赡养抚养", "邻里", "房屋宅基地", "土地承包", "山林", "征地拆迁", "合同", "民间借贷",
    "劳动争议", "损害赔偿", "道路交通", "动物致害", "医疗", "消费", "物业", "环境污染", "名誉人格", "其他",
)  # fmt: skip
"""The township's kinds of dispute (纠纷类型), as its ledger counts them."""

SERVICES = ("none", "mediation", "legal_aid", "court", "police", "adviser")
"""Whom an answer points to first, beside what its text says."""

_CITATION = re.compile(r"(?P<law>[^#]+)#(?P<number>[1-9]\d*)(?:之(?P<insertion>[一二三四五六七八九十]))?")


@dataclass(frozen=True, order=True)
class Citation:
    """An article of a law: short law name (without 中华人民共和国), number, and 一 in 第一百三十三条之一."""

    law: str
    number: int
    insertion: str = ""

    @classmethod
    def parse(cls, text: str) -> "Citation":
        """Read `民法典#1079` or `刑法#133之一`. Raises ValueError on anything else."""
        found = _CITATION.fullmatch(text)
        if not found:
            raise ValueError(f"“{text}”不是“法律名#条号”的写法，例如 民法典#1079")
        return cls(found["law"], int(found["number"]), found["insertion"] or "")

    @property
    def article(self) -> str:
        """How residents read it: 第1079条, 第133条之一."""
        return f"第{self.number}条" + (f"之{self.insertion}" if self.insertion else "")

    def __str__(self) -> str:
        return f"{self.law}#{self.number}" + (f"之{self.insertion}" if self.insertion else "")


@dataclass(frozen=True)
class SourcedFigure:
    """A figure in an answer that stands in no cited article, with the article it comes from."""

    figure: str
    source: Citation


@dataclass(frozen=True)
class Entry:
    """One situation and its answer.

    `similar` are phrasings a resident might type, `keywords` everyday, dialect and legal words that point here,
    `law` the articles the answer rests on, most important first. `not_to_confuse` names entries for near-opposite
    situations; `source` regulations and judicial interpretations outside the statute database, unverified.
    """

    id: str
    question: str
    similar: tuple[str, ...]
    keywords: tuple[str, ...]
    answer: str
    law: tuple[Citation, ...]
    topic: str
    service: str
    updated: dt.date
    place: str
    figures: tuple[SourcedFigure, ...] = ()
    not_to_confuse: tuple[str, ...] = ()
    source: tuple[str, ...] = ()

    @property
    def phrasings(self) -> tuple[str, ...]:
        return (self.question, *self.similar)
