"""The page of what is due, and the day's notice to the office."""

import datetime as dt
import re

import pytest

from bot.agenda import Agenda
from bot.app import Machine
from bot.clerk import Clerk
from bot.clock import SHANGHAI
from bot.ledger.shelf import BOOKS
from bot.seal import Seal
from tests.conftest import Town
from tests.integration.desk_member import sign_in

MONDAY = dt.datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def kept(town: Town) -> Town:
    """An agreement that takes effect on 25 October, an application for legal aid, a question that waits."""
    town.clock.moment = MONDAY
    keep(town.machine, "committee", name="甲山村调委会", since="2020-01-01")
    keep(
        town.machine, "mediation", accepted="2026-10-20", committee="甲山村调委会", village="甲山村", mediator="甲调解员",
        source="当事人申请", applicant_name="甲某", respondent_name="乙某", topic="邻里", facts="围墙", ended="2026-10-25",
        result="成功", form="书面", agreement="拆墙", effective="2026-10-25",
    )  # fmt: skip
    keep(town.machine, "legal-aid", day="2026-11-14", applicant="丙某", matter="劳动争议", handed_in="2026-11-14")
    town.says("resident", "河里的航标歪了归哪个修")
    return town


def keep(machine: Machine, slug: str, **raw: str) -> None:
    clerk = Clerk(Seal(machine.settings.workbench.key), ["甲山村"])
    with machine.database.unit() as unit:
        reading = clerk.read(unit, BOOKS[slug], raw, MONDAY)
        assert reading.faults == ()
        clerk.add(unit, BOOKS[slug], reading.values, "办事员", MONDAY)
        unit.commit()


def notices(town: Town) -> list[str]:
    with town.machine.database.reading() as unit:
        office = next(one for one in unit.advisers.all() if one.kind == "司法所")
        return [
            one.text
            for one in unit.outbox.lease(town.clock(), 99)
            if one.adviser == office.name and "今日提醒" in one.text
        ]


def test_the_page_lists_each_term_with_its_law_and_the_late_ones_first(kept: Town) -> None:
    staff = sign_in(kept, "staff")
    staff.get("/staff/due")
    words = staff.words()
    assert staff.status == 200
    for part in (
        "2026-11-21",
        "已过 2 天",
        "法律援助法第四十三条",
        "2026-11-24",
        "还有 1 天",
        "人民调解法第三十三条",
        "咨询首答",
        "顾问进村",
        "2026-11-30",
    ):
        assert part in words, part
    assert words.index("法援审查决定") < words.index("司法确认") < words.index("顾问进村")
    assert "甲某" not in words


def test_a_dispute_of_years_that_ended_yesterday_has_its_terms_too(town: Town) -> None:
    town.clock.moment = MONDAY
    keep(town.machine, "committee", name="甲山村调委会", since="2020-01-01")
    keep(
        town.machine, "mediation", accepted="2023-05-06", committee="甲山村调委会", village="甲山村", mediator="甲调解员",
        source="当事人申请", applicant_name="甲某", respondent_name="乙某", topic="山林", facts="界址", ended="2026-11-22",
        result="成功", form="书面", agreement="以沟为界", effective="2026-11-22",
    )  # fmt: skip
    staff = sign_in(town, "staff")
    staff.get("/staff/due")
    assert "司法确认" in staff.words()
    assert "2026-12-22" in staff.words()


def test_a_row_shows_its_own_terms_until_it_is_struck_out(kept: Town) -> None:
    staff = sign_in(kept, "staff")
    staff.get("/staff/due")
    found = re.search(r'href="(/staff/books/mediation/\d+)"', staff.page)
    assert found
    staff.get(found[1])
    words = " ".join(staff.words().split())
    assert "司法确认：最晚 2026-11-24 ，还有 1 天。" in words
    assert "法援审查决定" not in words, "that is another row's"
    assert "没有填的：" in words
    staff.post(f"{found[1]}/strike-out", reason="登记错了")
    assert "最晚" not in staff.words()


def test_a_visit_that_is_two_rows_is_one_towards_the_minimum(town: Town) -> None:
    town.clock.moment = MONDAY
    agenda = Agenda(["甲山村"], visits_a_month=2)
    for day, matter in (("2026-11-20", "讲座"), ("2026-11-20", "法律咨询")):
        keep(town.machine, "visit", day=day, village="甲山村", adviser="示例律师", what=matter)
    assert behind(town, agenda) == ["乙水村", "甲山村"], "the villages of the lawyer; the third has none"
    keep(town.machine, "visit", day="2026-11-21", village="甲山村", adviser="示例律师", what="讲座")
    assert behind(town, agenda) == ["乙水村"]


def behind(town: Town, agenda: Agenda) -> list[str]:
    with town.machine.database.reading() as unit:
        return [due.village for due in agenda.on(unit, MONDAY) if due.what == "顾问进村"]


def test_the_office_is_told_once_on_a_working_day_when_it_is_open(kept: Town) -> None:
    kept.clock.moment = MONDAY.replace(hour=8)
    kept.machine.caretaker.once()
    assert notices(kept) == []
    kept.clock.moment = MONDAY
    kept.machine.caretaker.once()
    kept.machine.caretaker.once()
    (told,) = notices(kept)
    assert "司法确认 1 件" in told
    assert "其中 1 件已经过期" in told
    kept.clock.moment = MONDAY + dt.timedelta(days=5)  # a Saturday
    kept.machine.caretaker.once()
    assert notices(kept) == [told]
