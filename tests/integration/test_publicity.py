"""A day of law publicity over HTTP: a notice once, questions to read, and nothing of it counted as a consultation."""

import datetime as dt
from pathlib import Path

import pytest

from bot.clock import SHANGHAI
from bot.config import PublicitySection
from bot.demo import demo_settings
from knowledge import publicity
from knowledge.corpus import load
from knowledge.desk import Desk
from knowledge.fault import KnowledgeError
from knowledge.publicity import Listed
from tests.conftest import Town, TownFactory
from tests.integration.desk_member import sign_in

THE_DAY = dt.datetime(2026, 12, 4, 10, tzinfo=SHANGHAI)
NOTICE = "今天是国家宪法日"


@pytest.fixture
def on_the_day(town: Town) -> Town:
    town.clock.moment = THE_DAY
    return town


def consultations(town: Town) -> int:
    with town.machine.database.reading() as unit:
        start, end = THE_DAY - dt.timedelta(days=1), THE_DAY + dt.timedelta(days=1)
        return unit.reports.period(start, end, dt.timedelta(hours=24)).total.occasions


def reached(town: Town) -> dict[dt.date, int]:
    with town.machine.database.reading() as unit:
        return unit.readers.days(dt.date(2026, 1, 1), dt.date(2027, 1, 1))


def test_on_the_day_an_answer_ends_with_a_notice_once_for_each_resident(on_the_day: Town) -> None:
    assert NOTICE in on_the_day.says("resident", "离婚娃儿归谁")
    assert NOTICE not in on_the_day.says("resident", "打人要赔多少钱")
    assert NOTICE in on_the_day.says("another", "你好")
    assert reached(on_the_day) == {THE_DAY.date(): 2}


def test_the_days_questions_are_picked_by_number_until_something_else_is_said(on_the_day: Town) -> None:
    on_the_day.says("resident", "今日普法")
    first, second = on_the_day.says("resident", "1"), on_the_day.says("resident", "第二个")
    assert first.startswith("【")
    assert second.startswith("【")
    assert first != second
    assert consultations(on_the_day) == 0
    on_the_day.says("resident", "离婚娃儿归谁")
    assert not on_the_day.says("resident", "1").startswith("【")


def test_on_other_days_there_is_none(town: Town) -> None:
    assert "今日普法" not in town.says("resident", "离婚娃儿归谁")
    assert reached(town) == {}


def test_whoever_is_in_danger_reads_nothing_of_it(on_the_day: Town) -> None:
    assert NOTICE not in on_the_day.says("resident", "老公又打我了，在家里不敢出声")


def test_the_days_questions_are_read_by_tapping_and_are_no_consultation(on_the_day: Town) -> None:
    offered = on_the_day.platform.event("resident", "CLICK", EventKey="今日普法").reply
    assert "今天是国家宪法日" in offered
    assert "msgmenucontent=普法1" in offered
    first = on_the_day.says("resident", "普法1")
    assert "哪些人能参加村委会选举" in first
    assert "《村民委员会组织法》" in first
    assert "解决了" not in first, "nothing is asked about what was only read"
    assert consultations(on_the_day) == 0
    assert reached(on_the_day) == {THE_DAY.date(): 1}


def test_on_other_days_the_next_ones_questions_are_offered_and_nobody_is_counted(town: Town) -> None:
    heard = town.says("resident", "今日普法")
    assert "下一个普法日是 12月4日 国家宪法日" in heard
    assert "【普法" not in heard
    assert "村主任不干事" in town.says("resident", "普法 3")
    assert reached(town) == {}


def test_a_real_question_about_publicity_is_not_swallowed(on_the_day: Town) -> None:
    on_the_day.says("resident", "村里搞普法活动要不要出钱")
    assert consultations(on_the_day) == 1


def test_the_township_adds_days_of_its_own(open_town: TownFactory, tmp_path: object, desk: Desk) -> None:
    entries = tuple(entry.id for entry in list(desk.corpus)[:3])
    own = PublicitySection(date="11-22", name="示范镇赶场日", theme="邻里", entries=entries)
    settings = demo_settings(f"sqlite:///{tmp_path}/own.db").model_copy(update={"publicity": (own,)})
    assert "今天是示范镇赶场日" in open_town(settings=settings).says("resident", "离婚娃儿归谁")


def test_staff_see_whom_the_days_reached_and_a_draft_to_send(on_the_day: Town) -> None:
    on_the_day.says("resident", "离婚娃儿归谁")
    staff = sign_in(on_the_day, "staff")
    staff.get("/staff/publicity")
    words = staff.words()
    assert "1 人" in words
    assert "群发稿：12月4日 国家宪法日" in words
    assert "哪些人能参加村委会选举" in words


@pytest.mark.parametrize(
    ("listed", "heard"),
    [
        (Listed("02-30", "不是日子", "x", ("village-election-who-votes",) * 3), "不是日期"),
        (Listed("05-20", "没有条目", "x", ("no-such-entry",) * 3), "没有这些条目"),
        (Listed("05-20", "太少", "x", ("village-election-who-votes",)), "3 到 5 条"),
    ],
)
def test_a_day_that_cannot_be_kept_names_the_fix(listed: Listed, heard: str) -> None:
    with pytest.raises(KnowledgeError, match=heard):
        publicity.load(load(), [listed])


def test_the_year_goes_round() -> None:
    days = publicity.load(load())
    after = days.next(dt.date(2026, 12, 5))
    assert after
    assert after.name == "国际妇女节"


def test_a_day_in_the_file_without_its_questions_names_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "publicity.toml").write_text('[[day]]\ndate = "03-08"\nname = "x"\ntheme = "y"\n', encoding="utf-8")
    with pytest.raises(KnowledgeError, match="entries：缺少这一项"):
        publicity.load(load(), folder=tmp_path)
