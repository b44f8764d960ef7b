"""Near-identical questions with opposite facts: each reaches its own entry or choices, never the other's answer."""

import pytest

from knowledge.desk import Desk

PAIRS = [
    ("借条没写利息能要利息吗", "lending-interest-not-agreed", "借条写了利息对方不给"),
    ("没领结婚证彩礼能退吗", "marriage-bride-price-unregistered", "领了结婚证彩礼能退吗"),
    ("没打借条能要回钱吗", "lending-no-iou", "打了借条不还钱怎么办"),
    ("没签劳动合同能要双倍工资吗", "labour-no-written-contract", "签了劳动合同被辞退"),
    ("狗没拴绳咬了人", "dog-unleashed-bite", "狗拴着绳子别人去惹被咬"),
    ("不满八岁在学校受伤", "child-under-eight-hurt-at-school", "满了八岁的学生在学校受伤"),
    ("两个人都同意离婚要多久", "marriage-divorce-by-agreement", "一方不同意离婚怎么办"),
    ("借条没写还款日期", "lending-no-repayment-date", "借条写了还款日期过了三年"),
    ("没买工伤保险受伤了谁赔", "labour-injury-no-insurance", "买了工伤保险受伤了谁赔"),
    ("调解协议是口头的算数吗", "mediation-oral-agreement-valid", "调解协议是书面的什么时候生效"),
    ("没立遗嘱房子怎么分", "inheritance-who-inherits", "立了遗嘱房子怎么分"),
    ("嫁出去的女儿娘家的承包地", "land-married-daughter", "嫁出去的女儿能不能分遗产"),
]


@pytest.mark.parametrize(("said", "entry", "opposite"), PAIRS, ids=[said for said, _, _ in PAIRS])
def test_opposite_facts_get_different_answers(desk: Desk, said: str, entry: str, opposite: str) -> None:
    decision = desk.decide(said)
    reached = (decision.entry,) if decision.kind == "answer" else decision.offered
    assert entry in [one.id for one in reached]
    other = desk.decide(opposite)
    assert other.kind != "answer" or other.candidates[0].entry.id != entry
