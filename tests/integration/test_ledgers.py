"""The ledgers over HTTP with scripts off: entering, changing, finding, striking out, who may, and what is sealed."""

import datetime as dt
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import event, text

from bot.clock import SHANGHAI
from bot.config import Settings, WorkbenchSection
from bot.demo import demo_settings
from bot.ledger.consultation import PARTICULARS
from bot.ledger.fields import Kind
from bot.store.counting import Count
from bot.store.database import Database
from bot.store.intake import KEPT
from bot.store.records import Wanted
from tests.conftest import Town, TownFactory
from tests.integration.desk_member import Browser, sign_in

BOOKS = "/staff/books"
CALLS = f"{BOOKS}/consultation"
CASES = f"{BOOKS}/mediation"
NUMBER = "2026-000001"
DISPUTE = {
    "accepted": "2026-11-20", "committee": "甲山村调委会", "village": "甲山村", "mediator": "王调解", "source": "当事人申请",
    "applicant_name": "张三丰", "applicant_contact": "13912345678", "respondent_name": "李四光", "topic": "邻里",
    "facts": "两家为滴水吵架。",
}  # fmt: skip
AGREED = {
    "ended": "2026-11-21", "result": "成功", "form": "口头", "agreement": "各退一步。", "effective": "2026-11-21",
}  # fmt: skip
CALL = {
    "day": "2026-11-20", "channel": "电话", "village": "甲山村", "topic": "邻里", "question": "邻居砌墙占了路。",
    "answer": "先请村调委会调解。", "answerer": "示例律师", "outcome": "当场答复",
}  # fmt: skip
VISIT = {"day": "2026-11-20", "village": "甲山村", "adviser": "示例律师", "what": "讲座"}


def settings_with_key(database: str) -> Settings:
    return demo_settings(database).model_copy(update={"workbench": WorkbenchSection(key=SecretStr("k" * 40))})


@pytest.fixture
def town(open_town: TownFactory, blank: Path, tmp_path: Path) -> Town:
    own = tmp_path / "ledgers.db"
    shutil.copy(blank, own)
    return open_town(settings=settings_with_key(f"sqlite:///{own}"))


@pytest.fixture
def clerk(town: Town) -> Browser:
    browser = sign_in(town, "staff")
    for name, village in (("甲山村调委会", "甲山村"), ("丙坝村调委会", "丙坝村")):
        enters(browser, "committee", name=name, village=village, since="2020-01-01")
    return browser


def enters(browser: Browser, book: str, **fields: object) -> str:
    """The page that the new row, or the faulty form, leads to."""
    browser.get(f"{BOOKS}/{book}/new")
    return browser.post(f"{BOOKS}/{book}/new", **fields)


def form_of(browser: Browser, path: str) -> dict[str, str]:
    """What a browser would send if nothing were changed; boxes that are ticked too."""
    browser.get(path)
    page = browser.page
    found = dict(re.findall(r'<input (?:id="\w+" |type="hidden" )name="(\w+)"[^>]*?value="([^"]*)"', page))
    found |= {
        key: unescape(words)
        for key, words in re.findall(r'<textarea id="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    }
    for key, options in re.findall(r'<select id="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r"<option selected>([^<]*)", options)
        found[key] = chosen[1] if chosen else ""
    return {key: unescape(value) for key, value in found.items()}


def changes(browser: Browser, path: str, **fields: str) -> str:
    filled = {**form_of(browser, f"{path}/edit"), **fields}
    return browser.post(f"{path}/edit", **filled)


def figures(town: Town) -> Count:
    start = dt.datetime(2026, 11, 1, tzinfo=SHANGHAI)
    with town.machine.database.reading() as unit:
        return unit.reports.period(start, start + dt.timedelta(days=30), dt.timedelta(hours=24)).total


def state_of(town: Town, number: str = NUMBER) -> tuple[str, str]:
    with town.machine.database.reading() as unit:
        case = unit.consultations.by_number(number)
        return case.state, case.adviser


# --- any ledger ---------------------------------------------------------------------------------------------------


def test_a_row_gets_its_number_and_stands_in_list_and_count(clerk: Browser) -> None:
    enters(clerk, "mediation", **DISPUTE)
    assert "已登记，编号 甲山村调委会2026-001" in clerk.words()
    clerk.get(BOOKS)
    assert re.search(r"调解\s+2026年 1 件", clerk.words())
    assert re.search(r"人民调解委员会\s+在册 2 个", clerk.words())
    clerk.get(CASES)
    assert "甲山村调委会2026-001" in clerk.words()
    assert "共 1 件" in clerk.words()
    assert "张三丰" not in clerk.words()


def test_a_faulty_form_comes_back_with_everything_typed_and_each_fault_beside_its_field(clerk: Browser) -> None:
    enters(
        clerk, "mediation", **{**DISPUTE, "accepted": "2026-02-31", "topic": "", "people": "三人", "difficulty": "重大"}
    )
    assert clerk.status == 422
    assert "有 3 处要改" in clerk.words()
    assert 'name="accepted" type="text" value="2026-02-31"' in clerk.page, "a date input would drop it"
    assert 'value="三人"' in clerk.page
    assert 'value="13912345678"' in clerk.page
    assert "两家为滴水吵架。</textarea>" in clerk.page
    assert "<option selected>重大" in clerk.page
    beside = re.search(r'<div id="about-topic">(.*?)</div>', clerk.page, re.DOTALL)
    assert beside
    assert "纠纷类型必须填写" in beside[1]
    clerk.get(CASES)
    assert "共 0 件" in clerk.words()


def test_several_boxes_may_be_ticked(clerk: Browser) -> None:
    enters(clerk, "visit", **{**VISIT, "what": ["讲座", "调解"]})
    assert "讲座、调解" in clerk.words()
    clerk.get(f"{BOOKS}/visit/3/edit")
    assert re.findall(r'value="(\w+)" checked', clerk.page) == ["讲座", "调解"]


def test_a_change_is_kept_with_who_when_before_and_after(town: Town, clerk: Browser) -> None:
    enters(clerk, "mediation", **DISPUTE)
    town.clock.move(hours=1)
    changes(clerk, f"{CASES}/3", **AGREED, facts="两家为滴水打架。", applicant_contact="13800000000")
    words = " ".join(clerk.words().split())
    assert "调解结果： （空） → 成功" in words
    assert "事实与争议： 两家为滴水吵架。 → 两家为滴水打架。" in words
    assert "2026-11-22 11:00 某staff" in words
    assert "13912345678" not in words
    assert "13800000000" not in words
    assert "138****" in words


def test_of_two_clerks_the_second_reads_that_the_first_was_faster(town: Town, clerk: Browser) -> None:
    other = sign_in(town, "admin")
    enters(clerk, "mediation", **DISPUTE)
    slow = form_of(other, f"{CASES}/3/edit")
    changes(clerk, f"{CASES}/3", **AGREED)
    assert "已保存" in clerk.words()
    other.post(f"{CASES}/3/edit", **{**slow, "facts": "别的。"})
    assert other.status == 409
    assert "某staff刚刚改过这一行" in other.words()
    assert "别的。</textarea>" in other.page, "what was typed is still there"
    clerk.get(f"{CASES}/3")
    assert "别的。" not in clerk.words()


def test_a_sealed_column_stays_when_left_empty_goes_when_told_and_is_shown_on_record(
    town: Town, clerk: Browser
) -> None:
    enters(clerk, "mediation", **DISPUTE)
    changes(clerk, f"{CASES}/3", facts="改过。")
    clerk.post(f"{CASES}/3/reveal")
    assert "13912345678" in clerk.words()
    assert "张三丰" in clerk.words()
    with town.machine.database.reading() as unit:
        seen = [one for one in unit.accounts.trail() if one.action == "看了台账里隐藏的内容"]
        stored = unit.session.execute(text("SELECT group_concat(row || words) FROM ledger_rows")).scalar_one()
    assert [one.detail for one in seen] == ["调解 甲山村调委会2026-001"]
    assert "13912345678" not in stored
    changes(clerk, f"{CASES}/3", applicant_contact="删除")
    clerk.post(f"{CASES}/3/reveal")
    assert "13912345678" not in clerk.words()
    assert "张三丰" in clerk.words()


def test_a_row_is_struck_out_with_a_reason_and_counted_no_more(clerk: Browser) -> None:
    enters(clerk, "mediation", **DISPUTE)
    clerk.post(f"{CASES}/3/strike-out", reason=" ")
    assert "没有作废：作废要写原因" in clerk.words()
    clerk.get(f"{CASES}/3")
    clerk.post(f"{CASES}/3/strike-out", reason="重复登记")
    assert "已作废：重复登记" in clerk.words()
    clerk.get(CASES)
    assert "共 0 件" in clerk.words()
    changes(clerk, f"{CASES}/3", facts="还想改")
    assert "已经作废" in clerk.words()


def test_a_list_is_filtered_and_says_how_many_match(clerk: Browser) -> None:
    enters(clerk, "mediation", **DISPUTE, **AGREED)
    enters(clerk, "mediation", **{**DISPUTE, "accepted": "2026-10-03", "topic": "继承", "facts": "分家。"})
    enters(
        clerk, "mediation", **{**DISPUTE, "accepted": "2025-10-03", "committee": "丙坝村调委会", "village": "丙坝村"}
    )
    for query, count in {
        "": 3, "year=2026": 2, "year=2026&month=10": 1, "month=10": 3, "village=丙坝村": 1, "committee=甲山村调委会": 2,
        "result=成功": 1, "form=口头": 1, "topic=继承": 1, "topic=邻里": 2, "q=分家": 1, "q=2025-001": 1,
        "q=张三丰": 0, "year=2026&topic=邻里&q=滴水": 1, "village=没有的村&year=x": 3,
    }.items():  # fmt: skip
        clerk.get(f"{CASES}?{query}")
        assert f"共 {count} 件" in clerk.words(), query
        assert clerk.page.count('<th scope="row">') == count


def test_a_list_is_paged_by_fifty_newest_first(town: Town, clerk: Browser) -> None:
    with town.machine.database.unit() as unit:
        for number in range(60):
            day = dt.date(2026, 1, 1) + dt.timedelta(days=number)
            row = {"day": day.isoformat(), "title": f"公开{number}", "way": "网站"}
            unit.records.add("disclosure", f"2026-{number:04}", day, "", row, f"公开{number}", "甲", town.clock())
        unit.commit()
    clerk.get(f"{BOOKS}/disclosure?way=网站")
    assert "共 60 条" in clerk.words()
    assert clerk.page.count('<th scope="row">') == 50
    assert clerk.page.index("公开59") < clerk.page.index("公开58")
    following = re.search(r'href="(\?[^"]*page=2)"', clerk.page)
    assert following
    clerk.get(f"{BOOKS}/disclosure{unescape(following[1])}")
    assert clerk.page.count('<th scope="row">') == 10
    assert "公开0" in clerk.words()


def test_a_row_saved_as_it_was_is_not_a_change(clerk: Browser) -> None:
    enters(clerk, "mediation", **{**DISPUTE, "facts": "第一行\r\n第二行"})
    changes(clerk, f"{CASES}/3", facts="第一行\n第二行")
    assert "已保存" in clerk.words()
    assert clerk.page.count("<li>") == 1, "only that it was entered"


def test_without_a_key_nothing_can_be_sealed_and_nothing_typed_is_lost(open_town: TownFactory) -> None:
    clerk = sign_in(open_town(), "staff")
    enters(clerk, "consultation", **CALL)
    assert "已登记" in clerk.words()
    enters(clerk, "consultation", **CALL, contact="13912345678")
    assert clerk.status == 409
    assert "还没有设置 workbench.key" in clerk.words()
    assert "邻居砌墙占了路。</textarea>" in clerk.page
    clerk.get(CALLS)
    assert "共 1 件" in clerk.words()


# --- who may ------------------------------------------------------------------------------------------------------


def test_a_mediator_keeps_the_disputes_of_their_own_villages_and_nothing_else(town: Town, clerk: Browser) -> None:
    enters(clerk, "mediation", **DISPUTE)
    mediator = sign_in(town, "mediator", "示例法律明白人")
    theirs = {**DISPUTE, "committee": "丙坝村调委会", "village": "丙坝村"}
    enters(mediator, "mediation", **DISPUTE)
    assert "只能登记自己负责的村：丙坝村" in mediator.words()
    enters(mediator, "mediation", **theirs)
    assert "已登记" in mediator.words()
    changes(mediator, f"{CASES}/4", village="甲山村")
    assert mediator.status == 422
    mediator.get(CASES)
    assert "共 1 件" in mediator.words()
    assert "甲山村调委会2026" not in mediator.words()
    mediator.get(f"{CASES}?village=甲山村")
    assert "共 0 件" in mediator.words()
    for path, status in {
        f"{CASES}/3": 404,
        f"{CASES}/3/edit": 404,
        f"{BOOKS}/visit": 403,
        CALLS: 403,
        f"{BOOKS}/no": 404,
    }.items():
        mediator.get(path)
        assert mediator.status == status, path
    mediator.get(BOOKS)
    assert "调解" in mediator.words()
    assert "普法活动" not in mediator.words()


def test_an_adviser_keeps_their_own_visits_and_nothing_else(town: Town, clerk: Browser) -> None:
    enters(clerk, "visit", **{**VISIT, "adviser": "示例法律明白人"})
    lawyer = sign_in(town, "adviser", "示例律师")
    lawyer.get(f"{BOOKS}/visit/new")
    assert 'name="adviser" type="text" value="示例律师"' in lawyer.page
    enters(lawyer, "visit", **{**VISIT, "adviser": "示例法律明白人"})
    assert "只能登记自己的" in lawyer.words()
    enters(lawyer, "visit", **VISIT)
    assert "已登记" in lawyer.words()
    lawyer.get(f"{BOOKS}/visit")
    assert "共 1 次" in lawyer.words()
    lawyer.get(f"{BOOKS}/visit/3")
    assert lawyer.status == 404
    lawyer.get(CASES)
    assert lawyer.status == 403


# --- consultations entered by hand ------------------------------------------------------------------------------------


def test_an_answered_call_is_a_closed_consultation_of_its_day_and_is_counted(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **CALL, group="三组", sex="女", category=["老年人", "妇女"], law="民法典第288条")
    assert f"编号 {NUMBER}" in clerk.words()
    assert "老年人、妇女" in clerk.words()
    assert state_of(town) == ("closed", "")
    with town.machine.database.reading() as unit:
        case = unit.consultations.by_number(NUMBER)
        kinds = [step.kind for step in unit.consultations.history(case.id)]
        report = unit.reports.period(case.opened_at, case.opened_at + dt.timedelta(days=1), dt.timedelta(hours=24))
    assert case.opened_at == dt.datetime(2026, 11, 20, 12, tzinfo=SHANGHAI)
    assert kinds == ["opened", "answered", "delivered", "closed"]
    assert report.by["渠道"] == {"电话": Count(1, 1, 1)}
    clerk.get(f"/workbench/c/{NUMBER}")
    assert "邻居砌墙占了路。" in clerk.words()
    assert "先请村调委会调解。" in clerk.words()


def test_the_same_contact_is_the_same_person_however_it_is_typed(town: Town, clerk: Browser) -> None:
    for day, contact in (
        ("02", "139 1234 5678"),
        ("05", "+86 139-1234-5678"),
        ("08", "13800000000"),
        ("09", ""),
        ("10", ""),
    ):
        enters(clerk, "consultation", **{**CALL, "day": f"2026-11-{day}", "contact": contact})
        assert "已登记" in clerk.words()
    assert figures(town) == Count(5, 5, 4)
    with town.machine.database.reading() as unit:
        clear = unit.session.execute(text("SELECT group_concat(contact_digest) FROM residents")).scalar_one()
    assert "1391234" not in clear


def test_one_for_an_adviser_is_routed_and_one_without_an_answer_stays_in_the_queue(town: Town, clerk: Browser) -> None:
    open_one = {**CALL, "answer": "", "answerer": ""}
    enters(clerk, "consultation", **{**open_one, "outcome": "转顾问"})
    assert state_of(town) == ("assigned", "示例律师")
    enters(clerk, "consultation", **{**open_one, "outcome": "转部门"})
    assert state_of(town, "2026-000002") == ("open", "")
    enters(clerk, "consultation", **{**open_one, "outcome": "当场答复"})
    assert "当场答复的，要写答复了什么" in clerk.words()
    changes(clerk, f"{CALLS}/2", answer="请到县里办。", answerer="某staff")
    assert state_of(town, "2026-000002") == ("closed", "")
    town.clock.move(minutes=5)
    lawyer = sign_in(town, "adviser", "示例律师")
    lawyer.get("/workbench")
    assert "邻居砌墙占了路" in lawyer.words()
    assert "还剩 23 小时" in lawyer.words()


def test_an_edit_meets_what_an_adviser_did_meanwhile(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **{**CALL, "answer": "", "answerer": "", "outcome": "转顾问"})
    slow = form_of(clerk, f"{CALLS}/1/edit")
    with town.machine.database.unit() as unit:
        unit.consultations.answer(1, "可以起诉。", "示例律师", town.clock())
        unit.commit()
    clerk.post(f"{CALLS}/1/edit", **{**slow, "topic": "物业"})
    assert clerk.status == 409
    assert "刚刚有变化" in clerk.words()
    changes(clerk, f"{CALLS}/1", topic="物业")
    assert "纠纷类型： 邻里 → 物业" in " ".join(clerk.words().split())
    changes(clerk, f"{CALLS}/1", answer="", answerer="")
    assert "答复不能清空" in clerk.words()


def test_another_day_or_contact_moves_what_is_counted(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **CALL, contact="13912345678")
    enters(clerk, "consultation", **{**CALL, "day": "2026-10-20"})
    assert figures(town) == Count(1, 1, 1)
    changes(clerk, f"{CALLS}/2", day="2026-11-10", contact="13912345678", answer="改过的答复。")
    assert figures(town) == Count(2, 2, 1)
    with town.machine.database.reading() as unit:
        said = [(turn.text, turn.said_at.day) for turn in unit.consultations.conversation(2)]
    assert said == [("邻居砌墙占了路。", 10), ("改过的答复。", 10)]


def test_a_call_that_is_struck_out_is_counted_nowhere_and_waits_no_more(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **{**CALL, "answer": "", "answerer": "", "outcome": "转顾问"})
    clerk.post(f"{CALLS}/1/strike-out", reason="登记错了")
    assert "已作废：登记错了" in clerk.words()
    assert figures(town) == Count(0, 0, 0)
    assert state_of(town)[0] == "closed"
    clerk.get(CALLS)
    assert "共 0 件" in clerk.words()


def test_of_a_consultation_from_the_account_only_what_it_does_not_know_is_edited(town: Town, clerk: Browser) -> None:
    town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
    assert NUMBER in town.says("resident", "河里的航标歪了归哪个修")
    form = form_of(clerk, f"{CALLS}/1/edit")
    assert not {"question", "village", "channel", "day"} & set(form)
    assert "河里的航标歪了归哪个修" in clerk.words()
    changes(
        clerk, f"{CALLS}/1", age="60岁以上", question="别的问题", channel="电话", visited="2026-11-22", name="赵某人"
    )
    words = clerk.words()
    assert "60岁以上" in words
    assert "别的问题" not in words
    assert "公众号" in words
    assert "赵某人" not in words
    changes(clerk, f"{CALLS}/1", visited="2026-11-01")
    assert "早于前面一步的日期" in clerk.words()
    clerk.get(f"{CALLS}/1")
    clerk.post(f"{CALLS}/1/strike-out", reason="不要了")
    assert "从公众号来的咨询不能作废" in clerk.words()


def test_consultations_are_filtered_by_channel_outcome_who_answered_and_words(town: Town, clerk: Browser) -> None:
    town.says("resident", "借条上没写利息，能要利息吗")
    enters(clerk, "consultation", **CALL, law="民法典第288条")
    enters(
        clerk,
        "consultation",
        **{
            **CALL,
            "day": "2026-10-31",
            "channel": "来访",
            "village": "乙水村",
            "answer": "",
            "answerer": "",
            "outcome": "约期",
        },
    )
    for query, count in {
        "": 3, "channel=电话": 1, "channel=公众号": 1, "outcome=约期": 1, "answerer=人工": 1, "answerer=示例律师": 1,
        "village=乙水村": 1, "year=2026&month=10": 1, "year=2025": 0, "topic=邻里": 2, "q=砌墙": 2, "q=288": 1,
        f"q={NUMBER}": 1, "q=借条": 1,
    }.items():  # fmt: skip
        clerk.get(f"{CALLS}?{query}")
        assert f"共 {count} 件" in clerk.words(), query


def test_a_list_of_very_many_consultations_is_counted_by_the_index_alone(town: Town) -> None:
    statements: list[str] = []
    event.listen(town.machine.database.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    columns = (("channel", "电话"), ("topic", "邻里"), ("outcome", "约期"), ("answerer", "人工"))
    with town.machine.database.reading() as unit:
        unit.intake.count(Wanted("consultation", dt.date(2026, 1, 1), dt.date(2027, 1, 1), ("甲山村",), (), columns))
        asked = statements[-1]
        plan = unit.session.execute(text(f"EXPLAIN QUERY PLAN {asked.replace('?', 'NULL')}")).all()
    assert any("COVERING INDEX ix_consultations_ledger" in row[3] for row in plan), plan


def test_erasing_leaves_what_is_counted_and_no_words_or_secrets(town: Town, clerk: Browser) -> None:
    town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
    town.says("resident", "河里的航标歪了归哪个修")
    for visit in ("第一次回访", "家住桥头"):
        changes(
            clerk,
            f"{CALLS}/1",
            age="60岁以上",
            name="赵某人",
            contact="13912345678",
            serious="要打人",
            visit_words=visit,
        )
        assert "已保存" in clerk.words()
    before = figures(town)
    town.says("resident", "删除我的记录")
    town.says("resident", "确认删除")
    assert figures(town) == before == Count(1, 1, 1)
    with town.machine.database.reading() as unit:
        record = unit.records.of_case("consultation", 1)
        assert record
        history = [one.changes for one in unit.records.history(record.id)]
        words = unit.session.execute(
            text("SELECT group_concat(words) FROM ledger_rows WHERE book = 'consultation'")
        ).scalar_one()
    assert {key: value for key, value in record.row.items() if value} == {"age": "60岁以上"}
    assert history == [{}, {}]
    assert words == ""
    clerk.get(f"{CALLS}/1")
    assert clerk.status == 200
    assert "60岁以上" in clerk.words()
    assert "桥头" not in clerk.words()


def test_what_outlives_an_erasure_is_neither_secret_nor_free_text() -> None:
    harmless = {
        field.key
        for field in PARTICULARS.fields
        if not field.secret and field.kind not in (Kind.TEXT, Kind.LONG) and not field.open
    }
    assert set(KEPT) == harmless - {"day"}


# --- referrals ---------------------------------------------------------------------------------------------------------


def test_a_consultation_goes_on_as_a_mediation_and_each_shows_the_other(town: Town, clerk: Browser) -> None:
    town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
    town.says("resident", "河里的航标歪了归哪个修，我电话13912345678")
    clerk.get(f"/workbench/c/{NUMBER}")
    link = re.search(r'href="(/staff/books/mediation/new\?[^"]*)">登记调解', clerk.page)
    assert link
    form = form_of(clerk, unescape(link[1]))
    assert form["village"] == "甲山村"
    assert form["source"] == "当事人申请"
    assert form["accepted"] == "2026-11-22"
    assert form["facts"].startswith("河里的航标歪了归哪个修")
    assert "13912345678" not in form["facts"]
    clerk.post(
        f"{CASES}/new",
        **{
            **DISPUTE,
            **form,
            "committee": "甲山村调委会",
            "mediator": "王调解",
            "applicant_name": "甲某",
            "respondent_name": "乙某",
        },
    )
    assert "已登记" in clerk.words()
    assert f'href="/workbench/c/{NUMBER}"' in clerk.page
    for path in (f"/workbench/c/{NUMBER}", f"{CALLS}/1"):
        clerk.get(path)
        assert "甲山村调委会2026-001" in clerk.words()
        assert "调解中" in clerk.words()
        assert "登记调解" not in clerk.words()
    clerk.get(f"{CASES}/new?case={NUMBER}")
    clerk.post(f"{CASES}/new", **{**DISPUTE, "case": NUMBER})
    assert "这件咨询已经登记过" in clerk.words()
    lawyer = sign_in(town, "adviser", "示例律师")
    lawyer.get(f"/workbench/c/{NUMBER}")
    assert "甲山村调委会2026-001" in lawyer.words()
    assert "/staff/books/mediation" not in lawyer.page, "an adviser may not open it"
    assert "法援转介" not in lawyer.words()
    other = sign_in(town, "mediator", "示例法律明白人")
    other.get(f"{CASES}/new?case={NUMBER}")
    assert other.status == 404


def test_a_consultation_goes_on_as_an_application_for_legal_aid(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **{**CALL, "topic": "劳动争议"})
    clerk.get(f"/workbench/c/{NUMBER}")
    assert "法援转介" in clerk.words()
    form = form_of(clerk, f"{BOOKS}/legal-aid/new?case={NUMBER}")
    assert (form["matter"], form["village"], form["note"]) == ("劳动争议", "甲山村", "邻居砌墙占了路。")
    clerk.post(f"{BOOKS}/legal-aid/new", **{**form, "applicant": "孙某人"})
    clerk.get(f"/workbench/c/{NUMBER}")
    assert re.search(r"法援转介：\s*2026-0001\s*等决定", clerk.words())


# --- the other database ------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_postgresql_finds_counts_strikes_out_and_erases_the_same(open_town: TownFactory, postgres: str) -> None:
    migrated = Database(postgres)
    migrated.migrate()
    migrated.close()
    town = open_town(settings=settings_with_key(postgres))
    clerk = sign_in(town, "staff")
    enters(clerk, "committee", name="甲山村调委会", village="甲山村", since="2020-01-01")
    enters(clerk, "mediation", **DISPUTE, **AGREED)
    for contact in ("139 1234 5678", "13912345678", ""):
        enters(clerk, "consultation", **CALL, contact=contact)
    clerk.post(f"{CALLS}/3/strike-out", reason="重复")
    assert figures(town) == Count(1, 1, 1)
    for query, count in {"form=口头": 1, "form=书面": 0, "q=滴水": 1, "year=2026&topic=邻里": 1}.items():
        clerk.get(f"{CASES}?{query}")
        assert f"共 {count} 件" in clerk.words(), query
    for query, count in {"": 2, "answerer=人工": 2, "channel=来访": 0, "year=2026&month=11": 2, "q=砌墙": 2}.items():
        clerk.get(f"{CALLS}?{query}")
        assert f"共 {count} 件" in clerk.words(), query
    changes(clerk, f"{CALLS}/1", visit_words="回访过")
    with town.machine.database.unit() as unit:
        person = unit.consultations.get(1).person_id
        unit.residents.erase_words(person, but=set())
        unit.residents.erase_identity(person, town.clock())
        unit.commit()
    clerk.get(f"{CALLS}/1")
    assert "回访过" not in clerk.words()
    assert figures(town) == Count(1, 1, 1)
