"""Consultations entered by hand over HTTP: what becomes of them, how they are counted, found and erased."""

import datetime as dt
import re

from sqlalchemy import event, text

from bot.clock import SHANGHAI
from bot.ledger.consultation import PARTICULARS
from bot.ledger.fields import Kind
from bot.store.counting import Count
from bot.store.intake import KEPT
from bot.store.records import Wanted
from tests.conftest import Town
from tests.integration.desk_member import Browser, sign_in
from tests.integration.ledgers import (
    CALL,
    CALLS,
    NUMBER,
    changes,
    clerk,
    enters,
    figures,
    form_of,
    state_of,
    town,
)

__all__ = ["clerk", "town"]  # fixtures


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
    enters(clerk, "consultation", **{**open_one, "outcome": "约期"})
    assert state_of(town, "2026-000002") == ("open", "")
    enters(clerk, "consultation", **{**open_one, "outcome": "当场答复"})
    assert "当场答复的，要写答复了什么" in clerk.words()
    enters(clerk, "consultation", **{**open_one, "outcome": "转调解"})
    assert "转出去的，要写怎么告诉他的" in clerk.words(), "or it would wait for an answer that nobody owes"
    changes(clerk, f"{CALLS}/2", answer="请到县里办。", answerer="某staff")
    assert state_of(town, "2026-000002") == ("closed", "")
    town.clock.move(minutes=5)
    lawyer = sign_in(town, "adviser", "示例律师")
    lawyer.get("/workbench")
    assert "邻居砌墙占了路" in lawyer.words()
    assert "还剩 23 小时" in lawyer.words()


def test_the_office_tells_by_telephone_what_an_adviser_answered(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **{**CALL, "answer": "", "answerer": "", "outcome": "转顾问"})
    lawyer = sign_in(town, "adviser", "示例律师")
    lawyer.get(f"/workbench/c/{NUMBER}")
    seen = re.findall(r'name="version" value="(\d+)"', lawyer.page)[0]
    lawyer.post(
        f"/workbench/c/{NUMBER}/answer", version=seen, text="可以要求拆掉，先找调委会。", topic="邻里", result="转顾问"
    )
    assert lawyer.status == 200, lawyer.words()
    assert "请打电话或当面告诉问的人" in lawyer.words()
    assert "电话来的，手工登记" in lawyer.words()
    assert "12:00" not in lawyer.words().split("机器人")[0].split("对话")[0], "nobody wrote down an hour"
    town.machine.courier.once()
    clerk.get("/workbench/stuck")
    assert clerk.words().count("问的人不用公众号，请打电话或当面告诉他") == 1
    told = re.findall(r'action="(/workbench/stuck/\d+/told)"', clerk.page)
    clerk.post(told[-1])
    assert state_of(town)[0] == "delivered"
    clerk.get("/workbench/stuck")
    assert "问的人不用公众号" not in clerk.words()


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
    assert "共 0 宗" in clerk.words()


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
        assert f"共 {count} 宗" in clerk.words(), query


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
