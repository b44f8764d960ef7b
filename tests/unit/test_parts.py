"""Two questions in one message are found, and one question is never torn apart."""

import pytest

from knowledge.parts import questions_in


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("隔壁砌墙占了我家的地怎么办？还有老板欠工资不给找谁", 2),
        ("借的钱啷个要回来，另外娃儿归哪个", 2),
        ("狗咬了人谁赔；医药费要赔多少", 2),
        ("我在路上走着，他家的狗冲出来把我咬了，怎么办？", 1),
        ("老板欠我工资。去年就欠了。一直说没有钱。找谁要？", 0),
        ("怎么办？", 0),
        ("离婚", 0),
    ],
)
def test_parts_that_ask(said: str, count: int) -> None:
    assert len(questions_in(said)) == count
