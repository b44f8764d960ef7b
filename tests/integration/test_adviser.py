"""An adviser inside WeChat, over HTTP: bound by a code, reads, answers, asks, transfers, closes, goes on leave."""

import pytest

from bot.store.advisers import Seed
from bot.store.database import Unit
from tests.conftest import Town

LAWYER, OFFICE, RESIDENT = "lawyer", "office", "resident"


def code_for(town: Town, name: str) -> str:
    with town.machine.database.unit() as unit:
        code = unit.advisers.new_code(unit.advisers.named(name).id, town.clock())
        unit.commit()
    return code


def bind(town: Town, account: str, name: str) -> str:
    return town.says(account, f"绑定 {code_for(town, name)}")


@pytest.fixture
def asked(town: Town) -> Town:
    """示例律师 is bound, and a resident of 甲山村 waits for an answer."""
    bind(town, LAWYER, "示例律师")
    bind(town, OFFICE, "示范镇司法所")
    town.platform.event(RESIDENT, "subscribe", EventKey="qrscene_v1")
    assert "示例律师" in town.says(RESIDENT, "河里的航标歪了归哪个修")
    return town


def events(town: Town, number: str = "2026-000001") -> list[str]:
    def read(unit: Unit) -> list[str]:
        return [step.kind for step in unit.consultations.history(unit.consultations.by_number(number).id)]

    with town.machine.database.reading() as unit:
        return read(unit)


def state(town: Town, number: str = "2026-000001") -> str:
    with town.machine.database.reading() as unit:
        return unit.consultations.by_number(number).state


def test_a_code_binds_one_account_once_and_expires(town: Town) -> None:
    code = code_for(town, "示例律师")
    heard = town.says(LAWYER, f"绑定 {code.lower()}")
    assert "绑定好了：示例律师" in heard
    assert "甲山村" in heard
    assert "绑定码不对" in town.says("stranger", f"绑定 {code}")
    late = code_for(town, "示例法律明白人")
    town.clock.move(days=8)
    assert "过期" in town.says("late", f"绑定 {late}")
    assert "绑定码写在后面" in town.says("late", "绑定")


def test_a_new_matter_is_told_to_its_adviser_with_what_to_type(asked: Town) -> None:
    heard = asked.says(LAWYER, "待办")
    assert "分给您了" in heard
    assert "【看 1】" in heard
    assert "还剩 24 小时" in heard
    assert "分给您了" not in asked.says(LAWYER, "待办"), "a notice is given once"


def test_reading_one_shows_the_conversation_and_what_the_knowledge_base_has_nearby(asked: Town) -> None:
    asked.says(RESIDENT, "去年涨水冲歪的")
    heard = asked.says(LAWYER, "看 1")
    assert "居民：河里的航标歪了归哪个修" in heard
    assert "居民：去年涨水冲歪的" in heard
    assert "相近的" in heard
    assert "【答 1】" in heard
    assert RESIDENT not in heard


def test_an_answer_in_several_messages_goes_out_when_sent_and_reaches_the_resident(asked: Town) -> None:
    heard = asked.says(LAWYER, "答 1 先找航道管理站。")
    assert "已写 1 段" in heard
    assert "类型：" in heard
    assert "改结果" in heard
    assert "已写 2 段" in asked.says(LAWYER, "家里有人打人就打110，这句话不是急事。")
    assert "先找航道" not in asked.says(RESIDENT, "查询")
    assert "已发出" in asked.says(LAWYER, "发送")
    answer = asked.says(RESIDENT, "有消息没得")
    assert "先找航道管理站。\n家里有人打人" in answer
    assert "示例律师" in answer
    assert state(asked) == "delivered"
    assert events(asked)[-3:] == ["claimed", "answered", "delivered"]


def test_the_ledgers_codes_are_prefilled_and_can_be_changed_by_a_tap(asked: Town) -> None:
    asked.says(LAWYER, "答 1")
    assert "【邻里】" in asked.says(LAWYER, "改类型")
    assert "类型：邻里" in asked.says(LAWYER, "类型 邻里")
    assert "没有“乱写”" in asked.says(LAWYER, "类型 乱写")
    assert "转调解" in asked.says(LAWYER, "改结果")
    assert "结果：转调解" in asked.says(LAWYER, "结果 转调解")
    asked.says(LAWYER, "请到村调委会。")
    asked.says(LAWYER, "发送")
    with asked.machine.database.reading() as unit:
        case = unit.consultations.by_number("2026-000001")
    assert (case.topic, case.outcome, case.answer) == ("邻里", "转调解", "请到村调委会。")


def test_cancelling_drops_what_was_written(asked: Town) -> None:
    asked.says(LAWYER, "答 1 写错了")
    assert "丢掉" in asked.says(LAWYER, "取消")
    assert "还没有写答复" in asked.says(LAWYER, "发送")
    assert state(asked) == "assigned"


def test_taking_back_within_two_minutes_takes_the_answer_back_before_it_is_read(asked: Town) -> None:
    asked.says(LAWYER, "答 1 说错了。")
    asked.says(LAWYER, "发送")
    asked.clock.move(seconds=90)
    assert "居民还没看到" in asked.says(LAWYER, "撤回")
    assert "说错了" not in asked.says(RESIDENT, "查询")
    assert state(asked) == "assigned"
    assert "已写 1 段" in asked.says(LAWYER, "答 1 这回对了。")


def test_taking_back_after_it_was_read_tells_the_resident(asked: Town) -> None:
    asked.says(LAWYER, "答 1 说错了。")
    asked.says(LAWYER, "发送")
    assert "说错了" in asked.says(RESIDENT, "好")
    assert "已告诉他等您更正" in asked.says(LAWYER, "撤回")
    assert "不要照着做" in asked.says(RESIDENT, "好")


def test_taking_back_after_two_minutes_is_refused(asked: Town) -> None:
    asked.says(LAWYER, "答 1 就这样。")
    asked.says(LAWYER, "发送")
    asked.clock.move(minutes=3)
    assert "两分钟内" in asked.says(LAWYER, "撤回")
    assert state(asked) == "answered"


def test_a_question_to_the_resident_is_asked_and_their_words_come_back_to_the_adviser(asked: Town) -> None:
    assert "等他补充" in asked.says(LAWYER, "问 1 是哪一段河？")
    assert state(asked) == "details"
    assert "是哪一段河？" in asked.says(RESIDENT, "查询")
    assert "补充" in asked.says(RESIDENT, "桥下面那段")
    assert state(asked) == "assigned"
    assert "居民补充了您问的" in asked.says(LAWYER, "待办")
    assert "桥下面那段" in asked.says(LAWYER, "看 1")


def test_a_transfer_gives_it_to_somebody_else_by_name_or_to_the_office(asked: Town) -> None:
    assert "登记的有" in asked.says(LAWYER, "转 1 没有这个人")
    assert "已转给示范镇司法所" in asked.says(LAWYER, "转 1 司法所")
    assert "不在您手上" in asked.says(LAWYER, "答 1 我来答")
    assert "转给您了" in asked.says(OFFICE, "待办")


def test_closing_takes_a_result_of_the_ledger_and_tells_the_resident(asked: Town) -> None:
    assert "没有“随便”这种结果" in asked.says(LAWYER, "结 1 随便")
    assert "已办结（约了时间面谈）。已告诉居民" in asked.says(LAWYER, "结 1 约期 周三下午在村委会见")
    assert state(asked) == "closed"
    assert "没有等您答复" in asked.says(LAWYER, "待办")
    heard = asked.says(RESIDENT, "查询")
    assert "示例律师已经办结：周三下午在村委会见" in heard


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("结 1 转调解", ("甲山村调委会", "调解不收钱", "30 天内", "《人民调解法》")),
        ("结 1 转法援 我已经和他们说过", ("7 天内决定", "《法律援助法》", "我已经和他们说过")),
        ("结 1 转部门 县交通局，电话在村务栏", ("县交通局，电话在村务栏", "12348")),
    ],
)
def test_who_is_sent_elsewhere_reads_where_and_how(asked: Town, said: str, heard: tuple[str, ...]) -> None:
    assert "已告诉居民" in asked.says(LAWYER, said)
    assert state(asked) == "answered"
    told = asked.says(RESIDENT, "查询")
    for part in heard:
        assert part in told, part
    assert state(asked) == "delivered"


def test_a_department_must_be_named(asked: Town) -> None:
    assert "写明找哪个部门" in asked.says(LAWYER, "结 1 转部门")
    assert state(asked) == "assigned"


def test_nobody_in_danger_at_home_is_sent_to_mediation(town: Town) -> None:
    bind(town, OFFICE, "示范镇司法所")
    town.says(RESIDENT, "老公又打我了，在家里不敢出声")
    assert "不转调解" in town.says(OFFICE, "结 1 转调解")
    assert state(town) == "assigned"


def test_the_villages_mediator_is_told_of_a_referral(asked: Town) -> None:
    with asked.machine.database.unit() as unit:
        unit.advisers.add(Seed("示例调解员", "调解员", ("甲山村",)))
        unit.commit()
    bind(asked, "mediator", "示例调解员")
    asked.says(LAWYER, "结 1 转调解")
    assert "【转调解】咨询 1" in asked.says("mediator", "待办")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("看 99", "没有编号 99"), ("答 99 内容", "没有编号 99"), ("问 1", "要居民补充什么"), ("转 1", "转给谁"),
        ("结 1 ", "后面要写结果"), ("请假", "请几天"), ("请假 999天", "请几天"), ("撤回", "没有可以撤回"),
        ("发送", "还没有写答复"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_gets_a_clear_sentence_and_nothing_is_written(asked: Town, said: str, heard: str) -> None:
    before = events(asked)
    assert heard in asked.says(LAWYER, said)
    assert events(asked) == before


def test_a_stranger_with_an_advisers_words_is_told_how_to_be_bound(asked: Town) -> None:
    for said in ("待办", "看 1", "答 1 我来"):
        assert "还没有绑定" in asked.says("stranger", said)
    assert state(asked) == "assigned"


def test_another_villages_adviser_cannot_touch_it(asked: Town) -> None:
    bind(asked, "scholar", "示例法律明白人")
    before = events(asked)
    for said in ("看 1", "答 1 我来", "结 1 转调解"):
        assert "不在您手上" in asked.says("scholar", said)
    assert events(asked) == before


def test_of_two_who_answer_the_second_sees_who_was_first(asked: Town) -> None:
    asked.says(LAWYER, "答 1 律师的答复。")
    assert "已由示例律师接手" in asked.says(OFFICE, "答 1 所里的答复。")
    asked.says(LAWYER, "发送")
    assert "已由示例律师答复" in asked.says(OFFICE, "答 1 所里的答复。")
    assert "律师的答复" in asked.says(RESIDENT, "好")


def test_what_the_resident_adds_while_the_answer_is_written_is_seen_before_it_goes_out(asked: Town) -> None:
    asked.says(LAWYER, "答 1 找航道管理站。")
    asked.says(RESIDENT, "等一哈，不是航标，是浮桶")
    assert "刚才有变化" in asked.says(LAWYER, "发送")
    assert state(asked) == "assigned"
    asked.says(LAWYER, "看 1")
    asked.says(LAWYER, "答 1")
    assert "已发出" in asked.says(LAWYER, "发送")
    assert "找航道管理站" in asked.says(RESIDENT, "好")


def test_the_resident_asks_back_and_the_same_adviser_answers_again(asked: Town) -> None:
    asked.says(LAWYER, "答 1 找航道管理站。")
    asked.says(LAWYER, "发送")
    assert "【追问】" in asked.says(RESIDENT, "好")
    assert "还想问示例律师什么" in asked.says(RESIDENT, "追问")
    assert "已经转给示例律师" in asked.says(RESIDENT, "航道管理站在哪里")
    assert "居民追问" in asked.says(LAWYER, "待办")
    asked.says(LAWYER, "答 1 在县城码头。")
    asked.says(LAWYER, "发送")
    assert "在县城码头" in asked.says(RESIDENT, "好")


def test_the_resident_rates_an_advisers_answer_once_from_one_to_five(asked: Town) -> None:
    asked.says(LAWYER, "答 1 找航道管理站。")
    asked.says(LAWYER, "发送")
    asked.says(RESIDENT, "好")
    assert "记下了 2 分" in asked.says(RESIDENT, "2分")
    with asked.machine.database.reading() as unit:
        assert unit.consultations.by_number("2026-000001").satisfaction == 2
    assert "记下了" not in asked.says(RESIDENT, "5")


def test_a_figure_after_the_bots_own_choices_still_chooses(asked: Town) -> None:
    asked.says("other", "宅基地")
    assert "依据" in asked.says("other", "1")
    assert "记下了" not in asked.says("other", "2")


def test_on_leave_new_and_unbegun_matters_go_to_others(asked: Town) -> None:
    heard = asked.says(LAWYER, "请假 3天")
    assert "11月24日" in heard
    assert "1 件已转给别人" in heard
    assert "分给您了" in asked.says(OFFICE, "待办")
    asked.says("other", "水边村的航标歪了归哪个修")
    assert "示范镇司法所" in asked.says("other", "乙水")
    asked.says(LAWYER, "销假")
    asked.says("third", "浮桶歪了归哪个修")
    assert "示例律师" in asked.says("third", "乙水")


def test_an_urgent_matter_goes_to_the_office_and_the_acknowledgement_is_kept(asked: Town) -> None:
    asked.says("other", "有人要打死我")
    heard = asked.says(OFFICE, "待办")
    assert "急！请马上看" in heard
    asked.clock.move(minutes=10)
    assert "10:10 记下了" in asked.says(OFFICE, "收到 2")
    with asked.machine.database.reading() as unit:
        case = unit.consultations.by_number("2026-000002")
        last = unit.consultations.history(case.id)[-1]
    assert case.seen_at == asked.clock()
    assert (last.kind, last.actor) == ("acknowledged", "示范镇司法所")


def test_the_state_of_every_consultation_is_what_its_events_lead_to(asked: Town) -> None:
    from bot.lifecycle import Happened, State, advance

    asked.says(LAWYER, "问 1 哪段河")
    asked.says(RESIDENT, "桥下")
    asked.says(LAWYER, "答 1 好")
    asked.says(LAWYER, "发送")
    asked.says(RESIDENT, "没解决")
    with asked.machine.database.reading() as unit:
        case = unit.consultations.by_number("2026-000001")
        first, *later = unit.consultations.history(case.id)
    reached = State(first.data["state"])
    for step in later:
        reached = advance(reached, Happened(step.kind))
    assert case.state == reached
    assert case.version == 1 + len(later)
