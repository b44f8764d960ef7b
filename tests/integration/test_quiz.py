"""Tests of legal knowledge: in the chat, and as exams that staff hold on a page."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bot.store.records import Wanted
from knowledge import quiz
from knowledge.corpus import load
from knowledge.desk import Desk
from knowledge.fault import KnowledgeError
from knowledge.quiz import LETTERS, Question
from tests.conftest import Town
from tests.integration.desk_member import Browser, sign_in

GOOD = """
id = "x"
question = "满多少周岁算成年人？"
options = ["甲", "乙", "丙"]
right = 1
why = "因为。"
law = "民法典#17"
entry = "general-age-of-majority"
"""


@pytest.fixture(scope="module")
def questions(desk: Desk) -> dict[str, Question]:
    return {one.question: one for one in quiz.load(desk.corpus, desk.statutes, dt.date(2026, 11, 22))}


def right(questions: dict[str, Question], heard: str) -> str:
    """The letter of the right option of the question that stands in a reply."""
    found = re.search(r"第 \d+ 题（共 10 题）：(.+)", heard)
    assert found, heard
    return LETTERS[questions[found[1]].right - 1]


def test_the_questions_are_in_order(desk: Desk) -> None:
    assert len(quiz.load(load(), desk.statutes, dt.date(2026, 11, 22))) >= 40


@pytest.mark.parametrize(
    ("row", "heard"),
    [
        ('id = "x"', "缺少这一项"),
        (GOOD.replace("民法典#17", "民法典17条"), "不是“法律名#条号”的写法"),
        (GOOD.replace("民法典#17", "民法典#9999"), "没有《民法典》第9999条"),
        (GOOD.replace("right = 1", "right = 4"), "从 1 数起"),
        (GOOD.replace('"乙", "丙"', '"甲", "丙"'), "两个选项一样"),
        (GOOD.replace("general-age-of-majority", "no-such-entry"), "没有条目"),
    ],
)
def test_a_question_that_is_written_wrong_names_the_fix(desk: Desk, tmp_path: Path, row: str, heard: str) -> None:
    (tmp_path / "quiz.toml").write_text(f"[[question]]\n{row}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=heard):
        quiz.load(desk.corpus, desk.statutes, dt.date(2026, 11, 22), tmp_path)


def test_ten_right_answers_by_letter_make_a_hundred(town: Town, questions: dict[str, Question]) -> None:
    heard = town.says("resident", "法律测试")
    assert heard.startswith("第 1 题")
    for _ in range(9):
        heard = town.says("resident", right(questions, heard).lower())
        assert heard.startswith("答对了。")
    heard = town.says("resident", right(questions, heard))
    assert "10 题答对 10 题，100 分" in heard
    with town.machine.database.reading() as unit:
        start = town.clock() - dt.timedelta(days=1)
        assert unit.quizzes.in_chat(start, start + dt.timedelta(days=2)) == (1, 100.0)


def test_a_wrong_answer_is_put_right_with_the_article(town: Town, questions: dict[str, Question]) -> None:
    heard = town.says("resident", "法律测试")
    wrong = "1" if right(questions, heard) != "A" else "2"
    heard = town.says("resident", wrong)
    assert heard.startswith("不对，应该是")
    assert re.search(r"《.+》第\d+条", heard)


def test_a_real_question_in_between_is_answered_and_ends_the_quiz(town: Town, questions: dict[str, Question]) -> None:
    town.says("resident", "法律测试")
    assert "题（共" not in town.says("resident", "离婚娃儿归谁")
    assert "答对了" not in town.says("resident", "A")


def test_a_question_that_ends_a_quiz_is_answered_and_told_so(town: Town) -> None:
    town.says("resident", "法律测试")
    heard = town.says("resident", "离婚娃儿归谁")
    assert "刚才的测试停了" in heard
    assert "刚才的测试停了" not in town.says("resident", "打人要赔多少钱")


@pytest.mark.parametrize("written", ["选{0}", "{0}吧", "第{1}个", "{2}", "我选{1}", " {0}。"])
def test_an_answer_may_be_written_as_people_write_it(town: Town, questions: dict[str, Question], written: str) -> None:
    letter = right(questions, town.says("resident", "法律测试"))
    full_width, place = chr(ord(letter) - ord("A") + ord("Ａ")), "一二三四"["ABCD".index(letter)]
    assert town.says("resident", written.format(letter, place, full_width)).startswith("答对了。")


@pytest.mark.parametrize("skipped", ["不知道", "下一题", "不晓得"])
def test_who_does_not_know_is_told_and_goes_on(town: Town, skipped: str) -> None:
    town.says("resident", "法律测试")
    heard = town.says("resident", skipped)
    assert heard.startswith("没关系，答案是")
    assert "第 2 题" in heard


def test_a_slip_is_asked_again_and_is_no_consultation(town: Town) -> None:
    first = town.says("resident", "法律测试")
    assert first.splitlines()[0] in town.says("resident", "嗯")
    with town.machine.database.reading() as unit:
        assert unit.consultations.of(1) == []
    town.says("resident", "不测了")
    assert "测试停了" in town.says("resident", "退出测试"), "tapped once more, when it is over"


def test_the_quiz_stops_on_demand_and_says_how_to_begin_again(town: Town) -> None:
    town.says("resident", "法律测试")
    assert "测试停了" in town.says("resident", "退出测试")


def test_an_option_that_is_not_there_is_asked_again(town: Town) -> None:
    heard = town.says("resident", "法律测试")
    assert "【退出测试】" in heard
    again = town.says("resident", "D")
    assert again.startswith("没有这个选项")
    assert heard.splitlines()[0] in again, "the same question"


def test_a_quiz_is_no_consultation(town: Town, questions: dict[str, Question]) -> None:
    heard = town.says("resident", "法律测试")
    town.says("resident", right(questions, heard))
    with town.machine.database.reading() as unit:
        moment = town.clock()
        report = unit.reports.period(moment - dt.timedelta(days=1), moment + dt.timedelta(days=1), dt.timedelta(1))
        assert report.total.occasions == 0


# --- exams ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(town: Town) -> Browser:
    return sign_in(town, "staff")


@pytest.fixture
def taker() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def hold(staff: Browser, number: int = 10) -> str:
    staff.get("/staff/quiz")
    staff.post("/staff/quiz/exams", title="宪法周测试", who="村干部", number=number, minutes=20, until="2026-11-30")
    found = re.search(r'value="(http[^"]+/quiz/[^"]+)"', staff.page)
    assert found, staff.words()
    return found[1]


def take(
    taker: requests.Session, address: str, questions: dict[str, Question], good: int, name: str = "赵某某"
) -> requests.Response:
    """Answer so many questions right, the others not at all."""
    paper = taker.post(address, data={"name": name, "place": "甲山村"}, timeout=30)
    by_id = {one.id: one for one in questions.values()}
    asked = list(dict.fromkeys(re.findall(r'name="(q\d+)"', paper.text)))
    return taker.post(paper.url, data={one: by_id[one].right for one in asked[:good]}, timeout=30)


def test_an_exam_is_taken_on_a_page_and_its_scores_are_listed(
    town: Town, staff: Browser, taker: requests.Session, questions: dict[str, Question]
) -> None:
    address = hold(staff)
    assert "70 分" in take(taker, address, questions, 7).text
    assert "90 分" in take(taker, address, questions, 9, "钱某某").text
    staff.get("/staff/quiz/exams/1")
    assert address in staff.page, "for whoever comes later"
    words = " ".join(staff.words().split())
    assert "交卷 2 人，平均 80 分" in words
    assert words.index("钱某某") < words.index("赵某某"), "best first"


def test_who_tries_again_is_no_second_person(
    town: Town, staff: Browser, taker: requests.Session, questions: dict[str, Question]
) -> None:
    address = hold(staff)
    take(taker, address, questions, 5)
    town.clock.move(minutes=1)
    take(taker, address, questions, 10, "赵 某某")
    take(taker, address, questions, 9, "钱某某")
    staff.get("/staff/quiz/exams/1")
    words = " ".join(staff.words().split())
    assert "交卷 2 人，平均 70 分" in words
    assert "100（再考，不计）" in words


def test_what_is_handed_in_after_the_ledger_has_its_row_is_too_late(
    town: Town, staff: Browser, taker: requests.Session, questions: dict[str, Question]
) -> None:
    address = hold(staff)
    take(taker, address, questions, 5)
    paper = taker.post(address, data={"name": "钱某某"}, timeout=30)
    staff.get("/staff/quiz/exams/1")
    staff.post("/staff/quiz/exams/1/ledger")
    assert taker.post(paper.url, data={}, timeout=30).status_code == 409
    assert taker.get(address, timeout=30).status_code == 410
    staff.get("/staff/quiz/exams/1")
    assert "交卷 1 人，平均 50 分" in " ".join(staff.words().split()), "as the ledger says"


def test_the_ledger_gets_one_row_and_not_two(
    town: Town, staff: Browser, taker: requests.Session, questions: dict[str, Question]
) -> None:
    take(taker, hold(staff), questions, 8)
    staff.get("/staff/quiz/exams/1")
    staff.post("/staff/quiz/exams/1/ledger")
    assert "已登记到台账：2026-0001" in staff.words()
    assert "/quiz/" not in staff.page.replace("/staff/quiz", ""), "it is over"
    staff.post("/staff/quiz/exams/1/ledger")
    assert "没有登记：这次测试已经登记到台账了" in staff.words()
    with town.machine.database.reading() as unit:
        (row,) = unit.records.find(Wanted("exam"), 10)
    assert (row.row["title"], row.row["people"], row.row["average"]) == ("宪法周测试", 1, "80")


def test_an_exam_stands_in_the_ledger_on_the_last_day_of_it_that_has_passed(
    town: Town, staff: Browser, taker: requests.Session, questions: dict[str, Question]
) -> None:
    take(taker, hold(staff), questions, 8)
    town.clock.move(days=40)
    later = sign_in(town, "staff")
    later.get("/staff/quiz/exams/1")
    later.post("/staff/quiz/exams/1/ledger")
    with town.machine.database.reading() as unit:
        (row,) = unit.records.find(Wanted("exam"), 10)
    assert row.day == dt.date(2026, 11, 30), "not when somebody found the time, which may be next year"


def test_an_exam_whose_row_was_struck_out_may_be_registered_again(
    town: Town, staff: Browser, taker: requests.Session, questions: dict[str, Question]
) -> None:
    take(taker, hold(staff), questions, 8)
    staff.get("/staff/quiz/exams/1")
    staff.post("/staff/quiz/exams/1/ledger")
    with town.machine.database.reading() as unit:
        (row,) = unit.records.find(Wanted("exam"), 10)
    staff.get(f"/staff/books/exam/{row.id}")
    staff.post(f"/staff/books/exam/{row.id}/strike-out", reason="早了一天")
    staff.get("/staff/quiz/exams/1")
    staff.post("/staff/quiz/exams/1/ledger")
    assert "已登记到台账：2026-0002" in staff.words()


def test_a_paper_counts_once_and_in_time(
    town: Town, staff: Browser, taker: requests.Session, questions: dict[str, Question]
) -> None:
    address = hold(staff)
    first = take(taker, address, questions, 5)
    again = taker.post(first.url, data={}, timeout=30)
    assert "50 分" in again.text, "what was handed in stays"
    paper = taker.post(address, data={"name": "孙某某"}, timeout=30)
    town.clock.move(minutes=21)
    assert taker.post(paper.url, data={}, timeout=30).status_code == 409
    assert "超过了时间" in taker.post(paper.url, data={}, timeout=30).text


def test_after_its_last_day_nobody_begins(town: Town, staff: Browser) -> None:
    address = hold(staff)
    town.clock.move(days=9)
    assert requests.get(address, timeout=30).status_code == 410


def test_names_are_sealed(town: Town, staff: Browser, taker: requests.Session, questions: dict[str, Question]) -> None:
    take(taker, hold(staff), questions, 1)
    with town.machine.database.engine.connect() as connection:
        stored = str(connection.exec_driver_sql("SELECT name FROM sittings").all())
    assert "赵某某" not in stored


def test_a_question_that_was_taken_out_is_asked_no_more(
    town: Town, staff: Browser, questions: dict[str, Question]
) -> None:
    kept = list(questions.values())[:10]
    for one in list(questions.values())[10:]:
        staff.post(f"/staff/quiz/questions/{one.id}/off")
    heard = town.says("resident", "法律测试")
    found = re.search(r"：(.+)", heard)
    assert found
    assert found[1] in {one.question for one in kept}
    staff.post(f"/staff/quiz/questions/{kept[0].id}/off")
    assert "题目不够" in town.says("another", "法律测试")


@pytest.mark.parametrize("more", [{"number": 99}, {"until": "2026-11-01"}, {"who": "别人"}])
def test_an_exam_that_cannot_be_held_says_why(staff: Browser, more: dict[str, object]) -> None:
    staff.get("/staff/quiz")
    form = {"title": "测试", "who": "村干部", "number": 10, "minutes": 20, "until": "2026-11-30"}
    staff.post("/staff/quiz/exams", **(form | more))
    assert "没有开始" in staff.words()
