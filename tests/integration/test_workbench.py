"""The workbench over HTTP with scripts off: lists, one consultation and everything that can be done with it."""

import re
import time

import pytest

from tests.conftest import Town
from tests.integration.workbench import Browser, Workbench, open_workbench, workbench

__all__ = ["open_workbench", "workbench"]  # fixtures

NUMBER = "2026-000001"
ONE = f"/workbench/c/{NUMBER}"


@pytest.fixture
def asked(workbench: Workbench) -> Town:
    town = workbench.town
    town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
    assert NUMBER in town.says("resident", "河里的航标歪了归哪个修")
    town.says("resident", "我电话13912345678，身份证500101199001011234")
    return town


@pytest.fixture
def lawyer(asked: Town, workbench: Workbench) -> Browser:
    return workbench.member("lawyer", "adviser", "示例律师")


def version(browser: Browser) -> str:
    browser.get(ONE)
    return browser.hidden()["version"]


def answers(browser: Browser, text: str, **more: str) -> str:
    return browser.submit(
        f"{ONE}/answer", **{"version": version(browser), "text": text, "topic": "其他", "result": "转顾问", **more}
    )


def state(town: Town) -> str:
    with town.machine.database.reading() as unit:
        return unit.consultations.by_number(NUMBER).state


def test_the_list_shows_what_waits_with_the_time_left_and_nobodys_identity(lawyer: Browser) -> None:
    lawyer.get("/workbench")
    assert "甲山村" in lawyer.words()
    assert "还剩 24 小时" in lawyer.words()
    assert "resident" not in lawyer.page.text, "no OpenID"


def test_an_answer_goes_to_the_resident_and_off_the_list(asked: Town, lawyer: Browser) -> None:
    answers(lawyer, "找航道管理站。\n他们归县里管。", topic="邻里")
    assert "答复已发出" in lawyer.words()
    assert "找航道管理站。\n他们归县里管。" in asked.says("resident", "查询")
    assert state(asked) == "delivered"
    lawyer.get("/workbench")
    assert "现在没有咨询" in lawyer.words()
    lawyer.get("/workbench?tab=done")
    assert "邻里" in lawyer.words()


def test_a_click_puts_an_entry_or_a_ready_sentence_into_the_answer(asked: Town, lawyer: Browser) -> None:
    asked.says("resident", "新问题")
    lawyer.get(ONE)
    insert = re.search(r'href="(\?insert=[^#"]+)', lawyer.page.text)
    assert insert
    lawyer.get(ONE + insert[1])
    assert len(re.search(r"<textarea id=\"text\"[^>]*>(.*?)</textarea>", lawyer.page.text, re.DOTALL)[1]) > 50  # type: ignore[index]
    lawyer.get(ONE + "?canned=1")
    assert "先请村人民调解委员会调解" in lawyer.page.text
    assert lawyer.get(ONE + "?insert=nothing&canned=99").status_code == 200


def test_an_article_is_looked_up_beside_the_conversation(lawyer: Browser) -> None:
    lawyer.get(ONE + "?law=民法典1079条")
    assert "感情确已破裂" in lawyer.words()
    lawyer.get(ONE + "?law=民法典9999条")
    assert "没有找到" in lawyer.words()


def test_what_the_resident_added_meanwhile_is_seen_before_an_answer_is_taken(asked: Town, lawyer: Browser) -> None:
    read = version(lawyer)
    asked.says("resident", "不是航标，是浮桶")
    answers(lawyer, "找航道管理站。", version=read)
    assert "刚才有变化" in lawyer.words()
    assert "是浮桶" in lawyer.words()
    assert state(asked) == "assigned"


def test_of_two_members_the_second_reads_who_was_first(asked: Town, lawyer: Browser, workbench: Workbench) -> None:
    office = workbench.member("office")
    read = version(office)
    lawyer.get(ONE)
    office.get(ONE)
    assert "示例律师也在看" in office.words()
    answers(lawyer, "律师的答复。")
    assert "已由示例律师答复" in office.submit(
        f"{ONE}/answer", version=read, text="所里的答复。", topic="其他", result="转顾问"
    )
    assert "所里的答复" not in asked.says("resident", "好")


def test_a_question_comes_back_with_the_residents_words(asked: Town, lawyer: Browser) -> None:
    lawyer.get(ONE)
    lawyer.submit(f"{ONE}/ask", text="是哪一段河？")
    assert "是哪一段河？" in asked.says("resident", "查询")
    asked.says("resident", "桥下那段")
    lawyer.get(ONE)
    assert "桥下那段" in lawyer.words()


@pytest.mark.parametrize(
    ("act", "fields", "after", "said"),
    [
        ("transfer", {"to": "示范镇司法所"}, "assigned", "已转给示范镇司法所"),
        ("close", {"result": "转调解"}, "closed", "已办结"),
        ("claim", {}, "assigned", "已接手"),
        ("note", {"text": "打过电话了"}, "assigned", "居民看不到"),
    ],
)
def test_each_other_act_is_done_and_kept_in_the_record(
    asked: Town, lawyer: Browser, workbench: Workbench, act: str, fields: dict[str, str], after: str, said: str
) -> None:
    office = workbench.member("office")
    lawyer.get(ONE)
    lawyer.submit(f"{ONE}/{act}", **fields)
    office.get(ONE)
    assert state(asked) == after
    with asked.machine.database.reading() as unit:
        case = unit.consultations.by_number(NUMBER)
        assert said in unit.accounts.trail(consultation_id=case.id)[0].action
        assert unit.consultations.history(case.id)[-1].actor == "示例律师"
    if act == "note":
        assert "打过电话了" in office.words()
        assert "打过电话了" not in asked.says("resident", "查询")


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("answer", {"text": "  ", "topic": "其他", "result": "转顾问"}, "答复是空的"),
        ("answer", {"text": "好", "topic": "天文", "result": "转顾问"}, "没有“天文”这一类"),
        ("answer", {"text": "好", "topic": "其他", "result": "乱写"}, "没有“乱写”这种结果"),
        ("ask", {"text": " "}, "没有写要居民补充什么"),
        ("transfer", {"to": "没有这个人"}, "登记的有"),
        ("note", {"text": " "}, "备注是空的"),
        ("acknowledge", {}, ""),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(
    asked: Town, lawyer: Browser, act: str, fields: dict[str, str], said: str
) -> None:
    read = version(lawyer)
    before = state(asked)
    lawyer.submit(f"{ONE}/{act}", **({"version": read} if act == "answer" else {}), **fields)
    assert said in lawyer.words()
    assert state(asked) == before


def test_an_answer_is_taken_back_by_its_author_within_two_minutes(asked: Town, lawyer: Browser) -> None:
    answers(lawyer, "说错了。")
    assert "答复已撤回" in lawyer.submit(f"{ONE}/retract")
    assert "说错了" not in asked.says("resident", "好")
    answers(lawyer, "这回对了。")
    asked.clock.move(minutes=3)
    lawyer.get(ONE)
    assert "两分钟内" in lawyer.submit(f"{ONE}/retract")


def test_hidden_numbers_are_shown_on_record_only(asked: Town, lawyer: Browser) -> None:
    lawyer.get(ONE)
    assert "139******78" in lawyer.words()
    assert "13912345678" not in lawyer.page.text
    assert "500101199001011234" not in lawyer.page.text
    lawyer.submit(f"{ONE}/reveal")
    assert "13912345678" in lawyer.page.text
    with asked.machine.database.reading() as unit:
        trail = unit.accounts.trail(consultation_id=unit.consultations.by_number(NUMBER).id)
    assert [(row.name, row.action) for row in trail] == [("示例律师", "看了隐藏的号码")]


def test_the_earlier_consultations_of_the_same_resident_are_at_hand(asked: Town, lawyer: Browser) -> None:
    answers(lawyer, "找航道管理站。")
    asked.says("resident", "律师")
    asked.says("resident", "浮桶也歪了，归哪个修")
    lawyer.get("/workbench/c/2026-000002")
    assert NUMBER in lawyer.page.text
    assert "河里的航标歪了" in lawyer.words()


def test_search_finds_by_number_village_and_what_was_said(asked: Town, lawyer: Browser) -> None:
    asked.says("resident", "去年涨水冲歪的")
    for words in ("000001", "甲山村", "涨水", "航标 涨水"):
        lawyer.get(f"/workbench/search?q={words}")
        assert "河里的航标歪了" in lawyer.words(), words
    lawyer.get("/workbench/search?q=没人说过")
    assert "没有找到" in lawyer.words()
    assert lawyer.get("/workbench/search?q=%25").status_code == 200


def test_another_villages_adviser_finds_nothing_of_it(asked: Town, lawyer: Browser, workbench: Workbench) -> None:
    other = workbench.member("other", "adviser", "示例法律明白人")
    other.get("/workbench")
    assert "航标" not in other.words()
    other.get("/workbench/search?q=航标")
    assert "没有找到" in other.words()
    assert other.get(ONE).status_code == 404
    for act in ("answer", "ask", "transfer", "close", "claim", "note", "retract", "acknowledge", "reveal", "draft"):
        other.get("/workbench")
        refused = other.post(f"{ONE}/{act}", text="x", to="示范镇司法所", result="转调解", version=1, topic="其他")
        assert refused.status_code == 404, act
    assert state(asked) == "assigned"


def test_new_matters_appear_in_the_stream(asked: Town, lawyer: Browser) -> None:
    with lawyer.http.get(lawyer.site + "/workbench/stream", stream=True, timeout=30) as stream:
        lines = (line for line in stream.iter_lines(decode_unicode=True) if line.startswith("data: "))
        first = next(lines)
        asked.says("resident", "还有浮桶也歪了")
        started = time.monotonic()
        assert next(lines) != first
    assert time.monotonic() - started < 10


def test_an_answered_consultation_becomes_an_entry_after_somebody_else_has_reviewed_it(
    asked: Town, lawyer: Browser, workbench: Workbench
) -> None:
    from tests.unit.test_additions import ROW

    answers(lawyer, ROW["answer"])
    lawyer.get(ONE)
    assert "还要改这些" in lawyer.submit(f"{ONE}/draft")
    fields = {
        "question": ROW["question"], "similar": "\n".join(ROW["similar"]), "keywords": " ".join(ROW["keywords"]),
        "answer": ROW["answer"], "law": "民法典1165条", "topic": "其他", "service": "adviser",
    }  # fmt: skip
    lawyer.submit("/workbench/drafts/1", **fields)
    assert "还要改这些" not in lawyer.words()
    assert "民法典#1165" in lawyer.page.text
    assert lawyer.post("/workbench/drafts/1/publish").status_code == 403
    office = workbench.member("office")
    office.get("/workbench/drafts/1")
    assert "已发布" in office.submit("/workbench/drafts/1/publish")
    text = office.get("/workbench/drafts/export.toml").text
    assert 'id = "local-000001"' in text
    assert "民法典#1165" in text
    office.get("/workbench/drafts/1")
    assert "已撤下" in office.submit("/workbench/drafts/1/withdraw")


def test_who_is_not_signed_in_sees_nothing(asked: Town, workbench: Workbench) -> None:
    stranger = workbench.browser()
    for path in ("/workbench", "/workbench/search", ONE, "/workbench/drafts", "/workbench/stream"):
        answer = stranger.get(path)
        assert (answer.status_code, "login" in answer.headers["Location"]) == (303, True), path
    assert "login" in stranger.post(f"{ONE}/answer", text="x").headers["Location"]
