"""Who gets a consultation: village, kind, topic, leave, load; and by when: the clock or office time, with holidays."""

import datetime as dt

import pytest

from bot.clock import SHANGHAI, local
from bot.officetime import OfficeTime
from bot.routing import Limit, Routing, choose, on_duty
from bot.store.advisers import Counsel

TODAY = dt.date(2026, 11, 23)
LAWYER = Counsel(1, "律师", "律师", ("甲山村",))
OTHER_LAWYER = Counsel(2, "另一律师", "律师", ("甲山村",))
SCHOLAR = Counsel(3, "法律明白人", "法律明白人", ("甲山村",))
MEDIATOR = Counsel(4, "调解员", "调解员")
OFFICE = Counsel(5, "司法所", "司法所")
ALL = (OFFICE, MEDIATOR, SCHOLAR, OTHER_LAWYER, LAWYER)
DAYTIME = OfficeTime(dt.time(9), dt.time(17, 30))


def chosen(advisers: tuple[Counsel, ...] = ALL, village: str = "甲山村", topic: str = "其他", **more: object) -> str:
    found = choose(advisers, village, topic, TODAY, more.get("load", {}), more.get("tried", ()))  # type: ignore[arg-type]
    return found.name if found else ""


def test_a_village_has_its_lawyer_first_then_its_others_and_the_office_last() -> None:
    assert chosen() == "另一律师"  # the first of the lawyers as they are listed
    assert chosen(tried=(1, 2)) == "法律明白人"
    assert chosen(tried=(1, 2, 3)) == "调解员"
    assert chosen(tried=(1, 2, 3, 4)) == "司法所"
    assert chosen(tried=(1, 2, 3, 4, 5)) == ""


def test_a_village_without_advisers_of_its_own_gets_those_for_all_villages() -> None:
    assert chosen(village="乙水村") == "调解员"
    assert chosen(village="") == "调解员"


def test_of_several_lawyers_the_one_with_least_to_do_comes_first() -> None:
    assert chosen(load={1: 2, 2: 3}) == "律师"
    assert chosen(load={1: 3, 2: 3}) == "另一律师"


def test_one_on_leave_is_skipped_until_the_day_after() -> None:
    away = Counsel(1, "律师", "律师", (), (), away_from=TODAY, away_until=TODAY + dt.timedelta(days=2))
    assert chosen((away, OFFICE)) == "司法所"
    assert not away.away_on(TODAY + dt.timedelta(days=3))


def test_one_who_takes_only_some_topics_gets_only_those() -> None:
    wages = Counsel(6, "工伤律师", "律师", (), ("劳动争议",))
    assert chosen((wages, OFFICE), topic="劳动争议") == "工伤律师"
    assert chosen((wages, OFFICE), topic="继承") == "司法所"


def test_urgent_ones_go_to_the_duty_officer_else_to_the_office() -> None:
    duty = Counsel(7, "值班", "调解员", ("乙水村",), duty=True)
    assert on_duty((*ALL, duty), TODAY) == duty
    assert on_duty(ALL, TODAY) == OFFICE
    assert on_duty((), TODAY) is None


@pytest.mark.parametrize(
    ("begin", "hours", "end"),
    [
        ("2026-11-23 10:00", 5, "2026-11-23 15:00"),
        ("2026-11-23 15:30", 5, "2026-11-24 12:00"),
        ("2026-11-23 03:00", 1, "2026-11-23 10:00"),
        ("2026-11-27 17:00", 1, "2026-11-30 09:30"),  # over a weekend
        ("2026-09-30 17:00", 1, "2026-10-08 09:30"),  # over the National Day holiday
        ("2026-02-14 10:00", 1, "2026-02-14 11:00"),  # a Saturday worked for the Spring Festival
        ("2027-11-27 10:00", 1, "2027-11-29 10:00"),  # a year nobody has announced: weekends only
    ],
)
def test_office_time_skips_nights_weekends_and_holidays(begin: str, hours: int, end: str) -> None:
    start = dt.datetime.fromisoformat(begin).replace(tzinfo=SHANGHAI)
    found = DAYTIME.after(start, dt.timedelta(hours=hours))
    assert f"{local(found):%Y-%m-%d %H:%M}" == end


def test_the_townships_own_days_come_before_the_states() -> None:
    own = OfficeTime(dt.time(9), dt.time(17, 30), holidays=(TODAY,), workdays=(dt.date(2026, 11, 22),))
    assert not own.works_on(TODAY)
    assert own.works_on(dt.date(2026, 11, 22))
    assert DAYTIME.is_open(dt.datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI))
    assert not DAYTIME.is_open(dt.datetime(2026, 11, 23, 17, 30, tzinfo=SHANGHAI))


def test_an_office_that_never_opens_is_a_fault_that_names_the_setting() -> None:
    closed = OfficeTime(dt.time(9), dt.time(17), holidays=[TODAY + dt.timedelta(days=day) for day in range(70)])
    with pytest.raises(ValueError, match=r"calendar\.holidays"):
        closed.after(dt.datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI), dt.timedelta(hours=1))


def test_the_reminder_comes_at_half_the_time() -> None:
    routing = Routing(DAYTIME, {"律师": Limit(24), "司法所": Limit(5, office_time=True)})
    now = dt.datetime(2026, 11, 23, 16, 30, tzinfo=SHANGHAI)
    remind, due = routing.deadlines("律师", now)
    assert (remind - now, due - now) == (dt.timedelta(hours=12), dt.timedelta(hours=24))
    remind, due = routing.deadlines("司法所", now)
    assert f"{local(remind):%d %H:%M}" == "24 10:30"
    assert f"{local(due):%d %H:%M}" == "24 13:00"
    assert routing.deadlines("调解员", now)[1] - now == dt.timedelta(hours=24)
