"""The checks between the columns of a ledger."""

import pytest

from bot.ledger.book import Reading
from bot.ledger.fields import Kind
from bot.ledger.shelf import BOOKS

REGISTERS = {"village": ["甲山村"], "committee": ["甲山村调委会"], "mediator": ["甲调解员"], "adviser": ["示例律师"]}
MEDIATION = {
    "accepted": "2026-03-01", "committee": "甲山村调委会", "village": "甲山村", "mediator": "甲调解员", "source": "当事人申请",
    "applicant_name": "甲某", "respondent_name": "乙某", "topic": "邻里", "facts": "围墙占地",
}  # fmt: skip
SETTLED = {"ended": "2026-03-10", "result": "成功", "form": "书面", "agreement": "拆墙", "effective": "2026-03-10"}
CONSULTATION = {"day": "2026-03-01", "channel": "电话", "topic": "邻里", "question": "围墙占地", "outcome": "约期"}


def faults(slug: str, row: dict[str, str], **more: str) -> dict[str, str]:
    return {fault.key: fault.text for fault in read(slug, row, **more).faults}


def read(slug: str, row: dict[str, str], **more: str) -> Reading:
    return BOOKS[slug].read({**row, **more}, REGISTERS)


def test_what_contradicts_itself_is_refused_with_the_article() -> None:
    assert "第十七条" in faults("mediation", MEDIATION, **SETTLED, consent="否")["consent"]
    told = faults(
        "mediation", MEDIATION, **SETTLED, confirmable="身份、收养、婚姻关系，法院不受理", confirm_wanted="是"
    )
    assert "法院不受理" in told["confirm_wanted"]


def test_a_mediation_that_goes_on_and_one_that_was_settled_are_right() -> None:
    assert read("mediation", MEDIATION).faults == ()
    assert read("mediation", MEDIATION, **SETTLED).faults == ()


@pytest.mark.parametrize(
    ("changed", "key", "heard"),
    [
        ({"ended": ""}, "ended", "要一起填"),
        ({"result": ""}, "result", "要一起填"),
        ({"form": "", "agreement": "", "effective": ""}, "form", "没有协议写“无”"),
        ({"agreement": ""}, "agreement", "主要内容"),
        ({"form": "口头", "agreement": ""}, "agreement", "人民调解法第二十八条"),
        ({"effective": ""}, "effective", "人民调解法第二十九条"),
        ({"form": "口头", "effective": ""}, "effective", "人民调解法第三十条"),
        ({"form": "无", "agreement": ""}, "effective", "没有生效日"),
        ({"result": "不成功"}, "ways_told", "人民调解法第二十六条"),
        ({"ended": "2026-02-01"}, "ended", "早于前面一步"),
        ({"confirmed": "2026-03-09"}, "confirmed", "早于前面一步"),
        ({"confirmed": "2026-04-10"}, "confirmed", "到 2026-04-09 为止（人民调解法第三十三条）"),
        (
            {"confirmed": "2026-03-12", "confirmable": "身份、收养、婚姻关系，法院不受理"},
            "confirmable",
            "没有司法确认申请日",
        ),
        ({"result": "", "ended": ""}, "result", "协议形式先空着"),
        ({"escalation_reported": "2026-03-02"}, "escalation", "激化风险"),
    ],
)
def test_a_mediation_that_contradicts_itself_is_refused(changed: dict[str, str], key: str, heard: str) -> None:
    found = faults("mediation", MEDIATION | SETTLED, **changed)
    assert heard in found[key]


def test_an_agreement_and_a_success_are_counted_apart() -> None:
    assert faults("mediation", MEDIATION | SETTLED, result="不成功", ways_told="是") == {}


def test_a_late_application_that_the_court_refused_is_kept_as_it_was() -> None:
    late = {"confirmed": "2026-04-10", "confirm_result": "驳回"}
    assert faults("mediation", MEDIATION | SETTLED, **late) == {}
    assert faults("mediation", MEDIATION | SETTLED, confirmed="2026-04-09") == {}


def test_no_more_is_settled_than_was_found() -> None:
    screening = {"day": "2026-03-01", "village": "甲山村", "who": "甲某", "found": "2"}
    assert faults("screening", screening, solved="2", risk="1") == {}
    assert "不能多于发现的 2 件" in faults("screening", screening, solved="9")["solved"]
    assert "不能多于发现的 2 件" in faults("screening", screening, risk="3")["risk"]


def test_nobody_signs_for_the_account() -> None:
    assert "写是谁答复的" in faults("consultation", CONSULTATION, answer="先调解。", answerer="机器人")["answerer"]


def test_a_consultation_entered_by_hand_needs_no_identity() -> None:
    assert read("consultation", CONSULTATION).faults == ()
    assert "不是匿名" in faults("consultation", CONSULTATION, name="甲某", anonymous="是")["anonymous"]
    assert "答复了什么" in faults("consultation", CONSULTATION, outcome="当场答复")["answer"]
    assert "谁答复的" in faults("consultation", CONSULTATION, answer="可以起诉")["answerer"]


def test_a_test_without_takers_has_no_average() -> None:
    row = {"day": "2026-03-01", "title": "宪法知识测试", "who": "村干部"}
    assert faults("exam", row) == {}
    assert "一起填" in faults("exam", row, people="30")["average"]
    assert "不超过 100" in faults("exam", row, people="30", average="101")["average"]


def test_every_fault_of_a_row_is_said_at_once() -> None:
    assert set(faults("mediation", {})) >= {
        "accepted",
        "committee",
        "mediator",
        "source",
        "applicant_name",
        "topic",
        "facts",
    }


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_every_book_can_be_kept(book: object) -> None:
    from bot.ledger.book import Book

    assert isinstance(book, Book)
    keys = [field.key for field in book.fields]
    assert len(keys) == len(set(keys))
    assert len({field.label for field in book.fields}) == len(keys)
    assert book.field(book.day).kind is Kind.DAY
    assert book.field(book.day).required
    assert {*book.headline, *filter(None, (book.village, book.series))} <= set(keys)
    assert not any(book.field(key).secret for key in book.headline)
