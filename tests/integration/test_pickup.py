"""An adviser's answer, from the command line to the resident's next message of whatever kind."""

import datetime as dt

import pytest

from bot import clock
from bot.errors import ConsultationError
from bot.store.models import Consultation, Message, Parcel, Resident, Turn
from handlers.pickup import deposit
from tests.conftest import Town

NUMBER = "2026-000001"


def hand_over(town: Town, question: str = "航标歪了归谁修") -> None:
    town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
    assert NUMBER in town.says("resident", question)


def answer(town: Town, text: str = "可以找航道管理站。") -> None:
    with town.machine.database.unit() as unit:
        case = unit.consultations.answer(unit.consultations.by_number(NUMBER).id, text, "示例律师", town.clock())
        deposit(unit, case, town.clock())
        unit.commit()


@pytest.mark.parametrize("next_message", ["谢谢", "查询", "在吗", "又想起一件事，航标还掉漆了"])
def test_the_answer_rides_on_whatever_is_typed_next(town: Town, next_message: str) -> None:
    hand_over(town)
    answer(town)
    heard = town.says("resident", next_message)
    assert "可以找航道管理站" in heard
    assert "示例律师" in heard


def test_the_answer_rides_on_pictures_clicks_and_scans_too(town: Town) -> None:
    for kind in ("image", "click", "scan"):
        hand_over(town) if kind == "image" else None
        if kind == "image":
            answer(town)
            heard = town.platform.send_media("resident", "image", PicUrl="http://p", MediaId="m").reply
        elif kind == "click":
            town.says("resident", "重发")
            with town.machine.database.unit() as unit:
                unit.outbox.repeat(1)
                unit.commit()
            heard = town.platform.event("resident", "CLICK", EventKey="帮助").reply
        else:
            with town.machine.database.unit() as unit:
                unit.outbox.repeat(1)
                unit.commit()
            heard = town.platform.event("resident", "SCAN", EventKey="v1").reply
        assert "可以找航道管理站" in heard


def test_the_answer_is_given_once_and_again_only_on_request(town: Town) -> None:
    hand_over(town)
    answer(town)
    assert "航道管理站" in town.says("resident", "好")
    assert "航道管理站" not in town.says("resident", "好")
    assert "航道管理站" in town.says("resident", "重发")
    assert "航道管理站" not in town.says("resident", "查询")


def test_hotlines_are_read_before_a_waiting_answer(town: Town) -> None:
    hand_over(town)
    answer(town)
    heard = town.says("resident", "我不想活了")
    assert heard.index("12356") < heard.index("航道管理站")


def test_a_long_answer_comes_in_parts(town: Town) -> None:
    hand_over(town)
    answer(town, "".join(f"第{number}点，请这样办。\n" for number in range(1, 200)))
    heard = [town.platform.say("resident", "好").reply]
    while "还有内容" in heard[-1]:
        assert len(heard[-1].encode()) <= 1800
        heard.append(town.platform.say("resident", "继续").reply)
    assert all(sum(f"第{number}点，" in part for part in heard) == 1 for number in (1, 77, 199))
    assert "没有可以重发" in town.says("resident", "继续")


@pytest.mark.parametrize("asked", ["好了没", "律师回我没有", "有消息了吗", "还没答复吗", "顾问回信了没"])
def test_who_asks_where_the_answer_stays_gets_it_and_asks_no_new_question(town: Town, asked: str) -> None:
    hand_over(town)
    answer(town)
    assert "可以找航道管理站" in town.says("resident", asked)
    with town.machine.database.reading() as unit:
        assert len(unit.consultations.of(1)) == 1
    assert "好的" in town.says("resident", "解决了")


@pytest.mark.parametrize(("word", "feedback"), [("解决了", "解决了"), ("没解决", "没解决"), ("5", "")])
def test_a_rating_goes_to_the_answer_that_was_read_not_to_the_words_that_fetched_it(
    town: Town, word: str, feedback: str
) -> None:
    hand_over(town)
    answer(town)
    assert "可以找航道管理站" in town.says("resident", "牛遭车撞了找哪个赔")
    town.says("resident", word)
    with town.machine.database.reading() as unit:
        case = unit.consultations.by_number(NUMBER)
        assert (case.feedback, case.satisfaction) == (feedback, 5 if word == "5" else None)


def test_after_the_answer_the_bot_answers_again(town: Town) -> None:
    hand_over(town)
    answer(town)
    town.says("resident", "好")
    assert "依据" in town.says("resident", "借钱不还怎么办")


def test_not_solved_brings_the_matter_back_to_the_adviser(town: Town) -> None:
    hand_over(town)
    answer(town)
    town.says("resident", "好")
    assert NUMBER in town.says("resident", "没解决")
    with town.machine.database.reading() as unit:
        case = unit.consultations.by_number(NUMBER)
    assert (case.state, case.feedback) == ("assigned", "没解决")


def test_of_two_advisers_only_the_firsts_answer_is_taken(town: Town) -> None:
    hand_over(town)
    answer(town)
    with pytest.raises(ConsultationError, match="已由示例律师答复"):
        answer(town, "另一个答复")
    assert "另一个答复" not in town.says("resident", "好")


def test_an_unknown_number_is_refused_with_its_form(town: Town) -> None:
    with pytest.raises(ConsultationError, match="2026-000123"), town.machine.database.unit() as unit:
        unit.consultations.by_number("99")


def words_kept(town: Town) -> str:
    with town.machine.database.reading() as unit:
        rows = [
            *(f"{row.question}{row.answer}" for row in unit.session.query(Consultation)),
            *(f"{row.text}{row.media_id}" for row in unit.session.query(Turn)),
            *(f"{row.content}{row.reply}{row.trace}" for row in unit.session.query(Message)),
            *(row.text for row in unit.session.query(Parcel)),
            *(f"{row.openid}{row.village}" for row in unit.session.query(Resident)),
        ]
    return "".join(rows)


def test_erasing_removes_words_and_identity_and_keeps_the_count(town: Town) -> None:
    hand_over(town)
    answer(town)
    town.says("resident", "好")
    assert "已经删掉" in town.says("resident", "删除我的记录")
    left = words_kept(town)
    for trace in ("航标", "航道管理站", "resident", "甲山"):
        assert trace not in left
    start, end = clock.month_bounds(2026, 11)
    with town.machine.database.reading() as unit:
        total = unit.reports.period(start, end, dt.timedelta(hours=24)).total
    assert (total.occasions, total.matters, total.people) == (1, 1, 1)


def test_leaving_erases_all_but_what_an_adviser_still_owes(town: Town) -> None:
    town.says("resident", "借钱不还怎么办")
    hand_over_question = town.says("resident", "律师")
    assert NUMBER in hand_over_question
    assert town.platform.event("resident", "unsubscribe").answer == "success"
    assert "借钱" in words_kept(town)
    town.platform.event("other", "subscribe")
    town.says("other", "借钱给朋友，朋友不还怎么办")
    town.says("other", "解决了")
    town.platform.event("other", "unsubscribe")
    with town.machine.database.reading() as unit:
        assert [row.openid for row in unit.session.query(Resident)] == ["resident", None]
    answer(town)
    assert "航道管理站" in town.platform.event("resident", "subscribe").reply


def test_one_residents_records_are_not_anothers(town: Town) -> None:
    hand_over(town)
    answer(town)
    assert "航道管理站" not in town.says("neighbour", "查询")
    assert "航道管理站" not in town.says("neighbour", "重发")
