"""Any ledger over HTTP with scripts off: entering, changing, finding, striking out, who may, and what is sealed."""

import datetime as dt
import re
import shutil
from html import unescape
from pathlib import Path

from sqlalchemy import text

from bot.config import WorkbenchSection
from bot.demo import demo_settings
from tests.conftest import Town, TownFactory
from tests.integration.desk_member import Browser, sign_in
from tests.integration.ledgers import (
    AGREED,
    BOOKS,
    CALL,
    CALLS,
    CASES,
    DISPUTE,
    VISIT,
    changes,
    clerk,
    enters,
    form_of,
    town,
)

__all__ = ["clerk", "town"]  # fixtures


def test_a_row_gets_its_number_and_stands_in_list_and_count(clerk: Browser) -> None:
    enters(clerk, "mediation", **DISPUTE)
    assert "已登记，编号 甲山村调委会2026-001" in clerk.words()
    clerk.get(BOOKS)
    assert re.search(r"调解\s+2026年 1 件", clerk.words())
    assert re.search(r"人民调解委员会\s+在册 2 个", clerk.words())
    clerk.get(CASES)
    assert "甲山村调委会2026-001" in clerk.words()
    assert "共 1 件" in clerk.words()
    assert "赵某某" not in clerk.words()


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
    assert "赵某某" in clerk.words()
    with town.machine.database.reading() as unit:
        seen = [one for one in unit.accounts.trail() if one.action == "看了台账里隐藏的内容"]
        stored = unit.session.execute(text("SELECT group_concat(row || words) FROM ledger_rows")).scalar_one()
    assert [one.detail for one in seen] == ["调解 甲山村调委会2026-001"]
    assert "13912345678" not in stored
    changes(clerk, f"{CASES}/3", applicant_contact="删除")
    clerk.post(f"{CASES}/3/reveal")
    assert "13912345678" not in clerk.words()
    assert "赵某某" in clerk.words()


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
        "q=赵某某": 0, "year=2026&topic=邻里&q=滴水": 1, "village=没有的村&year=x": 3,
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


def test_without_a_key_nothing_can_be_sealed_and_nothing_typed_is_lost(
    open_town: TownFactory, blank: Path, tmp_path: Path
) -> None:
    shutil.copy(blank, tmp_path / "keyless.db")
    keyless = demo_settings(f"sqlite:///{tmp_path}/keyless.db").model_copy(update={"workbench": WorkbenchSection()})
    clerk = sign_in(open_town(settings=keyless), "staff")
    enters(clerk, "consultation", **CALL)
    assert "已登记" in clerk.words()
    enters(clerk, "consultation", **CALL, contact="13912345678")
    assert clerk.status == 409
    assert "还没有设置 workbench.key" in clerk.words()
    assert "邻居砌墙占了路。</textarea>" in clerk.page
    clerk.get(CALLS)
    assert "共 1 宗" in clerk.words()


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


def test_an_impatient_second_click_registers_nothing_again(town: Town, clerk: Browser) -> None:
    clerk.get(f"{CASES}/new")
    form = clerk.page
    clerk.post(f"{CASES}/new", **{**DISPUTE, "facts": ""})
    assert "没有保存" in clerk.words()
    clerk.post(f"{CASES}/new", **DISPUTE)
    assert "已登记" in clerk.words(), "what was refused may be sent again, mended"
    clerk.page = form
    clerk.post(f"{CASES}/new", **DISPUTE)
    assert clerk.status == 409
    assert "刚才已经登记成功" in clerk.words()
    clerk.get(CASES)
    assert "共 1 件" in clerk.words()
    clerk.post(f"{CASES}/new", **DISPUTE, once="x")
    assert "请重新打开" in clerk.words()


def test_what_was_struck_out_can_be_looked_up_and_is_in_no_other_list(town: Town, clerk: Browser) -> None:
    enters(clerk, "visit", **VISIT)
    clerk.post(f"{BOOKS}/visit/3/strike-out", reason="写错了")
    clerk.get(f"{BOOKS}/visit")
    assert "共 0 次" in clerk.words()
    clerk.get(f"{BOOKS}/visit?void=1")
    assert "共 1 次" in clerk.words()
    assert "已作废，不计数" in clerk.words()
    enters(clerk, "consultation", **CALL)
    clerk.post(f"{CALLS}/1/strike-out", reason="写错了")
    clerk.get(f"{CALLS}?void=1")
    assert "共 1 宗" in clerk.words()


def test_a_committee_is_registered_once_and_keeps_the_name_its_rows_have(town: Town, clerk: Browser) -> None:
    enters(clerk, "committee", name="甲山村调委会", since="2020-01-01")
    assert "已经登记过了" in clerk.words()
    enters(clerk, "mediation", **DISPUTE)
    changes(clerk, f"{BOOKS}/committee/1", name="甲山村人民调解委员会")
    assert "改名就对不上了" in clerk.words()


def test_a_grave_call_is_due_until_it_is_reported(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **CALL, serious="家里打孩子")
    clerk.get("/staff/due")
    assert "紧急或重大报告" in clerk.words()
    changes(clerk, f"{CALLS}/1", serious_reported="2026-11-21")
    clerk.get("/staff/due")
    assert "紧急或重大报告" not in clerk.words()


def test_what_somebody_else_just_mended_is_not_struck_out_blindly(town: Town, clerk: Browser) -> None:
    enters(clerk, "visit", **VISIT)
    stale = clerk.page
    changes(clerk, f"{BOOKS}/visit/3", day="2026-11-19", what="讲座")
    clerk.page = stale
    clerk.post(f"{BOOKS}/visit/3/strike-out", reason="写错了")
    assert "刚刚改过这一行" in clerk.words()
    clerk.get(f"{BOOKS}/visit/3")
    clerk.post(f"{BOOKS}/visit/3/strike-out", reason="写错了")
    assert "已作废：写错了" in clerk.words()
