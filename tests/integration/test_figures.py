"""The page of figures: every figure is the number of rows behind it, and the database counts by the pure rules."""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert

from bot.clock import SHANGHAI
from bot.period import Period
from bot.store.counting import count, count_by, occasions
from bot.store.database import Database
from bot.store.models import Consultation, Event, LedgerChange, LedgerRow, Resident, Turn
from bot.store.reports import DIMENSIONS, Share
from tests.bench.figures import fill
from tests.conftest import Town, TownFactory
from tests.integration.desk_member import Browser, sign_in

WINDOW = dt.timedelta(hours=24)
NOVEMBER = Period.month(2026, 11)
EDGE = dt.datetime(2026, 11, 1, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def empty(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("figures") / "figures.db"
    shutil.copy(blank, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


CASES = st.lists(
    st.tuples(
        st.integers(1, 3),  # resident
        st.sampled_from(["继承", "邻里"]),
        st.sampled_from(["", "甲山村"]),
        st.sampled_from(["", "机器人", "示例律师"]),
        st.sampled_from(["", "记错了"]),  # struck out, and why
        st.lists(st.integers(-60 * 60, 60 * 60 * 24 * 40), min_size=1, max_size=4),  # seconds from the edge
    ),
    max_size=8,
)


def keep(database: Database, cases: list[tuple[int, str, str, str, str, list[int]]]) -> None:
    with database.unit() as unit:
        run = unit.session.execute
        for table in (LedgerChange, LedgerRow, Event, Turn, Consultation, Resident):
            run(delete(table))
        for number in (1, 2, 3):
            unit.session.add(Resident(id=number, openid=None, village="", pending={}, created_at=EDGE))
        unit.session.flush()
        for number, (resident, topic, village, answerer, void, seconds) in enumerate(cases, 1):
            moments = sorted(EDGE + dt.timedelta(seconds=one, microseconds=one % 3) for one in seconds)
            run(
                insert(Consultation).values(
                    id=number, number=f"2026-{number:06d}", resident_id=resident, channel="公众号", village=village,
                    topic=topic, question="", state="open", version=1, outcome="转顾问", opened_at=moments[0],
                    answerer=answerer, answered_at=moments[0] if answerer else None,
                )
            )  # fmt: skip
            for at in moments:
                unit.session.add(
                    Turn(consultation_id=number, author="resident", who="", kind="text", text="", said_at=at)
                )
                unit.session.flush()
            if void:
                unit.records.add("consultation", f"{number}", EDGE.date(), "", {}, "", "李干事", EDGE, number)
                row = unit.records.of_case("consultation", number)
                assert row
                unit.records.strike_out(row.id, row.version, void, "李干事", EDGE)
        unit.commit()


@given(CASES, st.sampled_from([1, 24, 72]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_counts_as_the_pure_functions_do(
    empty: Database, cases: list[tuple[int, str, str, str, str, list[int]]], hours: int
) -> None:
    keep(empty, cases)
    window = dt.timedelta(hours=hours)
    start, end = NOVEMBER.bounds()
    with empty.reading() as unit:
        report = unit.reports.period(start, end, window)
        words = unit.reports.words(start - window, end)
        begun = [word for word in occasions(words, window) if word.said_at >= start]
        listed = unit.reports.behind(start, end, window, Share("occasions"), 1000)
    assert report.total == count(begun)
    for by, title in DIMENSIONS.items():
        assert report.by[title] == count_by(begun, lambda word, by=by: str(getattr(word, by)))  # type: ignore[misc]
    assert [one.said_at for one in listed] == [word.said_at for word in begun]


@given(CASES)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_months_add_up_to_the_year_and_a_struck_out_row_counts_nowhere(
    empty: Database, cases: list[tuple[int, str, str, str, str, list[int]]]
) -> None:
    keep(empty, cases)
    with empty.reading() as unit:
        year = unit.reports.period(*Period.year(2026).bounds(), WINDOW).total
        months = [unit.reports.period(*one.bounds(), WINDOW).total for one in Period.year(2026).months()]
        service = [unit.figures.service(*one.bounds()).numbers for one in Period.year(2026).months()]
    assert year.occasions == sum(one.occasions for one in months)
    assert year.matters == sum(one.matters for one in months)
    assert sum(one["all"] for one in service) == len([case for case in cases if not case[4]])
    assert all(one["all"] == one["bot"] + one["adviser"] + one["none"] for one in service)


@pytest.fixture(scope="module")
def years(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with years of everything, to copy."""
    path = tmp_path_factory.mktemp("years") / "years.db"
    shutil.copy(blank, path)
    database = Database(f"sqlite:///{path}")
    fill(database, consultations=1500, seed=3)
    with database.unit() as unit:
        for number, day in enumerate((3, 3, 9), 1):
            visited, made = dt.date(2026, 11, day), dt.datetime(2026, 11, day, 18, tzinfo=SHANGHAI)
            unit.records.add("visit", f"v{number}", visited, "甲山村", {"adviser": "示例律师"}, "", "李干事", made)
        unit.commit()
    database.close()
    return path


@pytest.fixture
def office(open_town: TownFactory, years: Path, tmp_path: Path) -> Town:
    """A town with years of everything behind it."""
    shutil.copy(years, tmp_path / "office.db")
    return open_town(database=f"sqlite:///{tmp_path / 'office.db'}")


_LINK = re.compile(r'<a href="(/staff/rows\?[^"]+)">([^<]*)</a>')


@pytest.mark.parametrize("period", ["", "?year=2025", "?first=2026-10-15&last=2026-11-20"])
def test_every_figure_is_the_number_of_rows_behind_it(office: Town, period: str) -> None:
    staff = sign_in(office, "staff")
    staff.http.headers["Connection"] = "close"  # hundreds of requests, some after the server let go of an idle one
    staff.get(f"/staff{period}")
    assert staff.status == 200
    links = {unescape(link): text for link, text in _LINK.findall(staff.page)}
    assert len(links) > 100
    wrong = {}
    for link, text in links.items():
        if not (figure := re.fullmatch(r"(\d+)(?: 宗)?", text)):
            continue
        staff.get(link)
        found = re.search(r'id="count">(\d+)<', staff.page)
        rows = staff.page.count('class="row"')
        if not found or found[1] != figure[1] or rows != min(50, int(figure[1])):
            wrong[link] = (text, found and found[1], rows)
    assert wrong == {}


def test_the_rows_of_a_ledger_lead_to_what_was_entered(office: Town) -> None:
    staff = sign_in(office, "staff")
    for figure, book in (("mediation", "mediation"), ("visits", "visit")):
        staff.get(f"/staff/rows?figure={figure}")
        rows = re.findall(rf'<a href="(/staff/books/{book}/\d+)">([^<]+)</a>', staff.page)
        assert len(rows) == min(50, int(re.findall(r'id="count">(\d+)<', staff.page)[0]))
        staff.get(rows[0][0])
        assert rows[0][1] in staff.words()


def test_the_rule_with_the_configured_window_stands_under_each_table(office: Town) -> None:
    staff = sign_in(office, "admin")
    staff.get("/staff")
    assert staff.page.count("24小时内没有再说过话") == 2 + 5
    assert staff.page.count("<table") == staff.page.count('class="rule"')


def test_visits_of_a_day_count_once_and_who_is_behind_is_shown(office: Town) -> None:
    staff = sign_in(office, "staff")
    staff.get("/staff?month=2026-11")
    words = " ".join(staff.words().split())
    assert "示例律师 甲山村 2 1 0" in words
    staff.get("/staff?month=2026-12")
    assert "示例律师 甲山村 0 0 0" in " ".join(staff.words().split())


def test_charts_are_pictures_that_a_strict_page_may_show(office: Town) -> None:
    staff = sign_in(office, "staff")
    staff.get("/staff?year=2025")
    for name in ("topic", "village", "month", "mediation"):
        assert re.search(rf'<img src="/staff/charts/{name}.svg[^"]*" alt="[^"]+"', staff.page), name
        answer = staff.http.get(f"{staff.root}/staff/charts/{name}.svg?year=2025", timeout=30)
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text
        assert not re.search(r'(?:href|src)="http|url\(.?http|@import', answer.text), name
        assert "2025年" in answer.text


def test_a_chart_of_nothing_is_not_shown(town: Town) -> None:
    staff = sign_in(town, "staff")
    staff.get("/staff?year=2026")
    assert "/staff/charts" not in staff.page
    town.says("resident", "借钱不还怎么办")
    staff.get("/staff?year=2026")
    assert "/staff/charts/topic.svg" in staff.page
    staff.get("/staff?year=2026&public=1")
    assert "/staff/charts" not in staff.page, "or it would tell one or two from none"


def test_what_leaves_the_office_shows_no_figure_below_three_and_no_link(office: Town) -> None:
    staff = sign_in(office, "staff")
    for period in ("year=2026", "year=2025", "year=2020"):
        staff.get(f"/staff?{period}&public=1")
        cells = [unescape(text).strip() for text in re.findall(r"<td>([^<]*)</td>", staff.page)]
        assert not [text for text in cells if text in ("0", "1", "2", "1 宗", "2 宗", "0 宗")]
        assert "/staff/rows" not in staff.page
        assert "顾问进村" not in staff.words()
    assert "&lt;3" in staff.page
    for part in ("/staff?month=2026-11&", "/staff?first=2026-01-01&last=2026-06-30&", "/staff/charts/topic.svg?"):
        staff.get(f"{part}public=1")
        assert staff.status == 422, "a month could be subtracted from its year"
    assert "只给整年的表" in staff.words()


def test_a_leap_day_has_a_year_before_it(office: Town) -> None:
    staff = sign_in(office, "staff")
    for days in ("first=2024-02-29&last=2024-02-29", "month=2024-02", "first=2024-02-29&last=2024-03-10"):
        for path in ("/staff", "/staff/charts/topic.svg", "/staff/charts/month.svg"):
            staff.get(f"{path}?{days}")
            assert staff.status == 200, (path, days)


def test_numbers_that_are_none_are_refused_in_chinese(town: Town) -> None:
    staff = sign_in(town, "staff")
    for path, status in (
        ("/staff/rows?figure=all&page=" + "9" * 30, 422), ("/staff/books/visit?page=" + "9" * 30, 422),
        ("/staff/books/visit/" + "9" * 30, 404), ("/staff/quiz/exams/" + "9" * 30, 404), ("/staff?year=" + "9" * 10, 422),
        ("/staff?year=二〇二六", 422), ("/staff?month=二〇二六-1", 422), ("/staff/books/visit/2147483647", 404),
    ):  # fmt: skip
        staff.get(path)
        assert staff.status == status, path
        assert not re.search(r"[a-z]{4}", staff.words().split("跳到正文")[1]), path


def test_a_period_that_is_none_is_explained(town: Town) -> None:
    staff = sign_in(town, "staff")
    for wrong in (
        "month=2026-13", "year=x", "first=2026-02-01&last=2026-01-01", "first=2020-01-01&last=2026-01-01"
    ):  # fmt: skip
        staff.get(f"/staff?{wrong}")
        assert staff.status == 422, wrong
        assert "日期不对" in staff.words(), wrong


def test_a_deleted_residents_consultations_are_counted_on(town: Town) -> None:
    town.says("resident", "借钱不还怎么办")
    staff = sign_in(town, "staff")
    before = figures_only(staff)
    assert "1" in before
    town.says("resident", "删除我的记录")
    with town.machine.database.reading() as unit:
        assert [row.openid for row in unit.session.query(Resident)] == [None]
    assert figures_only(staff) == before


def figures_only(staff: Browser) -> list[str]:
    staff.get("/staff")
    return [text for link, text in _LINK.findall(staff.page) if re.search(r"figure=(occasions|matters|people)", link)]


def test_a_months_figures_read_no_large_table_in_full(office: Town) -> None:
    database = office.machine.database
    asked: list[tuple[str, object]] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: object, _context: object, _many: bool) -> None:
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    bounds = Period.month(2026, 10).bounds()
    with database.reading() as unit:
        unit.reports.period(*bounds, WINDOW)
        unit.reports.behind(*bounds, WINDOW, Share("people", "topic", "继承"), 50)
        unit.figures.service(*bounds)
        unit.figures.behind(*bounds, "timed", 50)
    event.remove(database.engine, "before_cursor_execute", note)
    plans = []
    with database.engine.connect() as connection:
        for statement, parameters in asked:
            if statement.startswith(("SELECT", "WITH")):
                plans += connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()  # type: ignore[arg-type]
    told = [str(plan[3]) for plan in plans]
    assert any("ix_turns_author_said_at_consultation_id" in one for one in told)
    assert [one for one in told if re.match(r"SCAN (consultations|turns|turns_1|events|ledger_rows)\b", one)] == []
