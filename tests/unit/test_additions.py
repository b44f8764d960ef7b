"""Entries that an office adds while the program runs: checked like the shipped ones, and answered from at once."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from handlers import phrases
from knowledge.check import check_new
from knowledge.corpus import read_entry
from knowledge.desk import Desk
from knowledge.fault import KnowledgeError

ON = dt.date(2026, 11, 22)
ROW: dict[str, Any] = {
    "id": "local-000001",
    "question": "河里的浮桶和航标归谁管",
    "similar": [
        "航标歪了找哪个部门修", "浮桶漂走了归谁捡回来", "河头的航标灯不亮了哪个管", "航标设施损坏向谁报告",
        "涨水把浮桶冲走了啷个办", "航标归谁", "浮桶坏了", "我们村前面那条河的航标倒了半年没人管，该给哪里说",
    ],
    "keywords": ["航标", "浮桶", "河道", "航道", "水上"],
    "answer": "航标归航道管理部门管，发现歪了、灭了、漂走了，请告诉镇政府或者航道管理站，不要自己去挪。"
    "弄坏航标的人要赔。请记下位置和时间，拍张照片，打镇上的值班电话；有人落水先打 110 和 120。",
    "law": ["民法典#1165"],
    "topic": "其他",
    "service": "adviser",
    "updated": ON,
}  # fmt: skip


def test_an_added_entry_is_answered_from_and_a_removed_one_no_longer(own_desk: Callable[[], Desk], desk: Desk) -> None:
    own = own_desk()
    asked = "航标歪了找哪个部门修"
    assert own.decide(asked).kind != "answer"
    own.add([read_entry(ROW, "local")])
    assert own.decide(asked).entry.id == "local-000001"
    assert desk.decide(asked).kind != "answer", "who has not taken it in does not know it"
    assert own.decide("借钱不还怎么办").kind == "answer"
    own.add([])
    assert own.decide(asked).kind != "answer"
    with pytest.raises(KeyError):
        own.entry("local-000001")


def test_a_sound_entry_has_no_faults(desk: Desk) -> None:
    entry = read_entry(ROW, "local")
    assert check_new(entry, desk.corpus, desk.statutes, desk.normaliser, ON, phrases.answer) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"law": ["民法典#9999"]}, "没有第9999条"),
        ({"answer": ROW["answer"] + "三十七日内要报告。"}, "37日"),
        ({"answer": "太短了。"}, "应在 60 到"),
        ({"similar": ROW["similar"][:3]}, "连同 question 要 8 到 16 种"),
    ],
)
def test_an_unsound_entry_is_told_what_is_wrong(desk: Desk, change: dict[str, Any], problem: str) -> None:
    entry = read_entry({**ROW, **change}, "local")
    faults = check_new(entry, desk.corpus, desk.statutes, desk.normaliser, ON, phrases.answer)
    assert any(problem in fault.problem for fault in faults), faults


def test_an_entry_must_not_claim_a_question_that_is_answered_already(desk: Desk) -> None:
    taken = desk.corpus.entries[0]
    entry = read_entry({**ROW, "similar": [*ROW["similar"], taken.question]}, "local")
    faults = check_new(entry, desk.corpus, desk.statutes, desk.normaliser, ON, phrases.answer)
    assert any("同一问法有两个答案" in fault.problem for fault in faults)


def test_an_entry_that_cannot_be_read_names_every_key_at_once() -> None:
    with pytest.raises(KnowledgeError, match="topic") as caught:
        read_entry({**ROW, "topic": "天文", "service": "nobody"}, "local")
    assert "service" in str(caught.value)
