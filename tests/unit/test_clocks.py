"""Which term runs, when it ends, and when it has stopped."""

import datetime as dt

import pytest

from bot.ledger import clocks
from bot.ledger.book import Line
from bot.ledger.clocks import Due
from bot.ledger.fields import Row
from bot.ledger.figures import Duty

TODAY = dt.date(2026, 11, 20)
MONTH = dt.timedelta(days=30)
AGREED = {"accepted": "2026-11-01", "ended": "2026-11-05", "result": "成功", "form": "书面", "effective": "2026-11-05"}
ORDER = {"kind": "人身安全保护令申请书", "handed_in": "2026-11-19"}


def line(row: Row, book: str = "mediation", village: str = "甲山村") -> Line:
    return Line(book, 7, "甲山村调委会2026-001", TODAY, village, row)


def only(dues: object) -> Due:
    (due,) = dues  # type: ignore[misc]
    return due  # type: ignore[no-any-return]


def test_confirmation_ends_thirty_days_after_the_agreement_takes_effect() -> None:
    due = only(clocks.confirmations([line(AGREED)], TODAY))
    assert (due.by, due.late(TODAY)) == (dt.date(2026, 12, 5), False)
    assert "第三十三条" in due.law
    assert "一起去基层人民法院" in due.advice
    assert not due.late(due.by), "the last day still counts"


def test_a_lapsed_confirmation_says_what_is_left_and_goes_away_after_a_while() -> None:
    assert "可以就协议去法院起诉" in only(clocks.confirmations([line(AGREED)], dt.date(2026, 12, 6))).advice
    assert list(clocks.confirmations([line(AGREED)], dt.date(2026, 12, 21))) == []


@pytest.mark.parametrize(
    "stops",
    [
        {"confirmed": "2026-11-10"}, {"confirm_wanted": False}, {"form": "无", "effective": None},
        {"confirmable": "身份、收养、婚姻关系，法院不受理"}, {"effective": None},
    ],
)  # fmt: skip
def test_confirmation_is_no_term_where_it_is_done_not_wanted_or_not_possible(stops: Row) -> None:
    assert list(clocks.confirmations([line({**AGREED, **stops})], TODAY)) == []


def test_an_oral_agreement_can_be_confirmed_too() -> None:
    assert only(clocks.confirmations([line({**AGREED, "form": "口头"})], TODAY)).what == "司法确认"


def test_a_settled_dispute_is_visited_after_its_term_else_after_its_end() -> None:
    assert only(clocks.return_visits([line(AGREED)], MONTH)).by == dt.date(2026, 12, 5)
    later = line({**AGREED, "perform_by": "2026-12-01"})
    assert only(clocks.return_visits([later], MONTH)).by == dt.date(2026, 12, 31)
    for done in ({"visited": "2026-11-15"}, {"result": "不成功"}):
        assert list(clocks.return_visits([line({**AGREED, **done})], MONTH)) == []


def test_a_grave_consultation_is_to_be_reported_until_it_is() -> None:
    grave = {"serious": "家里打孩子"}
    assert "未成年人保护法第十一条" in only(clocks.serious([line(grave)])).law
    assert list(clocks.serious([line({**grave, "serious_reported": "2026-11-18"}), line({})])) == []


def test_a_dispute_that_may_escalate_is_to_be_reported_at_once() -> None:
    open_one = {"accepted": "2026-11-18", "escalation": "扬言打架"}
    assert only(clocks.escalations([line({**open_one, "ended": "2026-11-19"})])), (
        "the duty does not end with the dispute"
    )
    assert only(clocks.escalations([line(open_one)])).late(TODAY)
    assert list(clocks.escalations([line({**open_one, "escalation_reported": "2026-11-18"})])) == []


def test_legal_aid_is_decided_in_seven_days_and_a_lawyer_named_in_three() -> None:
    asked = {"handed_in": "2026-11-16"}
    assert only(clocks.legal_aid([line(asked, "legal-aid")])).by == dt.date(2026, 11, 23)
    granted = {**asked, "decision": "给予援助", "decided": "2026-11-18"}
    assert only(clocks.legal_aid([line(granted, "legal-aid")])).by == dt.date(2026, 11, 21)
    for over in (
        {**granted, "appointed": "2026-11-19"},
        {**asked, "decision": "不予援助", "decided": "2026-11-18"},
        {},
    ):
        assert list(clocks.legal_aid([line(over, "legal-aid")])) == []


def test_a_protection_order_takes_three_days_or_one_when_urgent() -> None:
    assert only(clocks.protection_orders([line(ORDER, "drafting")])).by == dt.date(2026, 11, 22)
    urgent = only(clocks.protection_orders([line({**ORDER, "urgent": True}, "drafting")]))
    assert (urgent.by, "24小时" in urgent.law) == (dt.date(2026, 11, 20), True)
    for other in ({**ORDER, "kind": "起诉状"}, {**ORDER, "decided": "2026-11-19"}):
        assert list(clocks.protection_orders([line(other, "drafting")])) == []


def test_villages_with_too_few_visits_are_named_until_the_month_ends() -> None:
    last = dt.date(2026, 12, 31)
    duties = [
        Duty("示例律师", "乙水村", 1, 2, 1),
        Duty("示例律师", "丙岭村", 0, 2, 2),
        Duty("示例律师", "甲山村", 2, 2, 0),
    ]
    behind = list(clocks.visits_behind(duties, last))
    assert [(due.village, due.by) for due in behind] == [("乙水村", last), ("丙岭村", last)]
    assert "去了 1 次" in behind[0].advice
    assert "没有去过" in behind[1].advice


def test_the_most_pressing_comes_first() -> None:
    dues = clocks.in_order(
        [*clocks.return_visits([line(AGREED)], MONTH * 2), *clocks.confirmations([line(AGREED)], TODAY)]
    )
    assert [due.what for due in dues] == ["司法确认", "调解回访"]
    assert clocks.counted(dues) == {"司法确认": 1, "调解回访": 1}
