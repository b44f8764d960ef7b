"""A bare topic brings that topic's most asked questions, and a faulty table is refused with the line to mend."""

from pathlib import Path

import pytest

from knowledge.desk import Desk
from knowledge.fault import KnowledgeError
from knowledge.topics import Topics


def test_a_bare_topic_is_met_with_its_most_asked_questions(desk: Desk) -> None:
    decision = desk.decide("离婚")
    assert decision.kind == "choices"
    assert decision.offered[0].id == "marriage-divorce-by-agreement"
    assert [entry.id for entry in desk.decide("打脱离").offered] == [entry.id for entry in decision.offered]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('[[topic]]\nsay = ["天气"]\nask = ["no-such-entry"]\n', "没有这些条目：no-such-entry"),
        ('[[topic]]\nsay = ["天气"]\nask = ["a", "b", "c", "d", "e"]\n', "没有这些条目"),
        (
            '[[topic]]\nsay = ["离婚"]\nask = ["marriage-divorce-by-court"]\n'
            '[[topic]]\nsay = ["打脱离"]\nask = ["marriage-divorce-by-agreement"]\n',
            "列了两次",
        ),
    ],
)
def test_a_faulty_table_is_refused(desk: Desk, tmp_path: Path, table: str, problem: str) -> None:
    (tmp_path / "topics.toml").write_text(table, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=problem):
        Topics(desk.corpus, desk.normaliser, tmp_path)
