"""The county's platform reads over HTTP: who may, what it gets, page by page, and nothing about anybody."""

import datetime as dt

import pytest
import requests

from bot.clock import SHANGHAI
from bot.store.clients import SCOPES
from tests.conftest import Town

YEAR = {"start": "2026-01-01", "end": "2026-12-31"}
QUESTIONS = ("打人要赔多少钱", "离婚娃儿归谁", "河里的航标歪了归哪个修")


@pytest.fixture
def asked(town: Town) -> Town:
    for hour, question in enumerate(QUESTIONS):
        town.says(f"resident-{hour}", question)
        town.clock.move(hours=1)
    return town


def token_for(town: Town, *scopes: str, days: int = 30) -> str:
    with town.machine.database.unit() as unit:
        name = f"平台{len(unit.clients.all())}"
        token = unit.clients.add(name, scopes, town.clock() + dt.timedelta(days=days), town.clock())
        unit.commit()
    return token


def call(
    town: Town, path: str, token: str = "", headers: dict[str, str] | None = None, **query: object
) -> requests.Response:
    root = town.platform.webhook.removesuffix("/wechat")
    known = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.get(f"{root}/api/v1{path}", params=query, headers={**known, **(headers or {})}, timeout=30)


def test_a_page_holds_consultations_without_identity_or_words(asked: Town) -> None:
    got = call(asked, "/consultations", token_for(asked, "consultations"), **YEAR)
    assert got.status_code == 200
    items = got.json()["items"]
    assert [item["number"] for item in items] == ["2026-000001", "2026-000002", "2026-000003"]
    assert items[0]["opened_at"] == "2026-11-22T10:00:00+08:00"
    assert not any(secret in got.text for secret in ("resident-", *QUESTIONS, "律师"))


def test_pages_follow_one_another_without_a_gap_or_a_repeat(asked: Town) -> None:
    token, after, numbers = token_for(asked, "consultations"), "", []
    for _ in range(3):
        body = call(asked, "/consultations", token, **YEAR, limit=1, after=after).json()
        numbers += [item["number"] for item in body["items"]]
        after = body["next"] or ""
    assert numbers == ["2026-000001", "2026-000002", "2026-000003"]
    assert after == ""


def test_days_begin_and_end_in_local_time(asked: Town) -> None:
    token = token_for(asked, "consultations", days=365)
    asked.clock.moment = dt.datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI)
    asked.says("late", QUESTIONS[2])
    asked.clock.move(minutes=1)
    asked.says("early", QUESTIONS[2])
    assert len(call(asked, "/consultations", token, **YEAR).json()["items"]) == 4
    assert len(call(asked, "/consultations", token, start="2027-01-01", end="2027-01-01").json()["items"]) == 1


def test_nobody_reads_without_a_good_token(asked: Town) -> None:
    good, short = token_for(asked, "consultations"), token_for(asked, "consultations", days=1)
    assert call(asked, "/consultations", **YEAR).status_code == 401
    assert call(asked, "/consultations", "guessed", **YEAR).headers["WWW-Authenticate"] == "Bearer"
    asked.clock.move(days=2)
    assert call(asked, "/consultations", short, **YEAR).status_code == 401
    assert call(asked, "/consultations", good, **YEAR).status_code == 200
    with asked.machine.database.unit() as unit:
        unit.clients.switch_off("平台0")
        unit.commit()
    assert call(asked, "/consultations", good, **YEAR).status_code == 401


def test_a_token_reads_only_what_it_is_for(asked: Town) -> None:
    others = [scope for scope in SCOPES if scope != "consultations"]
    got = call(asked, "/consultations", token_for(asked, *others), **YEAR)
    assert (got.status_code, got.json()) == (403, {"error": "这个令牌不能读“咨询明细（不含身份和内容）”"})


def test_what_has_not_changed_is_not_sent_again(asked: Town) -> None:
    token = token_for(asked, "consultations")
    tag = call(asked, "/consultations", token, **YEAR).headers["ETag"]
    again = call(asked, "/consultations", token, {"If-None-Match": f'"other", {tag}'}, **YEAR)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    asked.says("new", QUESTIONS[0])
    assert call(asked, "/consultations", token, {"If-None-Match": tag}, **YEAR).status_code == 200


def test_statistics_keep_small_figures_back(asked: Town) -> None:
    token = token_for(asked, "statistics")
    few = call(asked, "/statistics", token, year=2026).json()
    assert (few["period"], few["total"]["occasions"]) == ("2026年", 3)
    assert {row["name"] for row in few["by"]["月份"]} == {"2026-11"}
    assert not any(row["occasions"] for rows in few["by"].values() for row in rows if row["occasions"] != 3)
    for resident in range(8):
        asked.says(f"more-{resident}", QUESTIONS[1])
    many = call(asked, "/statistics", token, year=2026).json()
    assert (many["total"]["occasions"], many["total"]["people"]) == (11, 11)
    topics = {row["name"]: row["occasions"] for row in many["by"]["纠纷类型"]}
    assert not any(figure is not None and figure < 3 for figure in topics.values())
    assert "小于 3 的数" in many["rule"]
    assert call(asked, "/statistics", token, year=2025).json()["total"]["occasions"] is None


def test_what_was_struck_out_does_not_leave_the_office(asked: Town) -> None:
    with asked.machine.database.unit() as unit:
        known = unit.consultations.by_number("2026-000001")
        row = unit.records.add(
            "consultation", known.number, asked.clock().date(), "", {}, "", "甲", asked.clock(), known.id
        )
        unit.records.strike_out(row.id, row.version, "登记错了", "甲", asked.clock())
        unit.commit()
    items = call(asked, "/consultations", token_for(asked, "consultations"), **YEAR).json()["items"]
    assert "2026-000002" in [item["number"] for item in items]
    assert known.number not in [item["number"] for item in items]


def test_mediations_are_counted_from_the_ledger(town: Town) -> None:
    with town.machine.database.unit() as unit:
        for number in range(9):
            row = {
                "topic": "邻里",
                "result": "成功" if number < 5 else "不成功",
                "form": "书面",
                "committee": "甲山村调委会",
            }
            unit.records.add("mediation", f"{number}", dt.date(2026, 3, 1), "甲山村", row, "", "办事员", town.clock())
        unit.commit()
    got = call(town, "/mediations", token_for(town, "mediations"), year=2026).json()
    assert got["total"] == 9
    assert got["by"]["调解结果"] == [{"name": "成功", "cases": 5}, {"name": "不成功", "cases": 4}]
    assert call(town, "/mediations", token_for(town, "mediations"), year=2025).json()["total"] is None


@pytest.mark.parametrize(
    "query",
    [
        {}, {**YEAR, "limit": 0}, {**YEAR, "limit": 501}, {**YEAR, "start": "2026-02-30"}, {**YEAR, "after": "x" * 201},
        {**YEAR, "village": "甲山村"}, {"start": "2026-12-31", "end": "2026-01-01"},
    ],
)  # fmt: skip
def test_wrong_parameters_are_answered_in_words(town: Town, query: dict[str, object]) -> None:
    got = call(town, "/consultations", token_for(town, "consultations"), **query)
    assert got.status_code == 422
    assert "不对" in got.json()["error"]


def test_who_asks_for_a_month_is_not_given_the_year_for_it(town: Town) -> None:
    got = call(town, "/statistics", token_for(town, "statistics"), year=2026, month=3)
    assert got.status_code == 422
    assert "month" in got.json()["error"]


@pytest.mark.parametrize("after", ["§", "MjAyNi0wMy0wOA", "not-given-out"])
def test_a_page_that_nobody_gave_out_is_not_found(town: Town, after: str) -> None:
    got = call(town, "/consultations", token_for(town, "consultations"), **YEAR, after=after)
    assert (got.status_code, "上一页的 next" in got.json()["error"]) == (404, True)


def test_a_period_outside_the_calendar_is_empty(town: Town) -> None:
    got = call(town, "/consultations", token_for(town, "consultations"), start="0001-01-01", end="9999-12-31")
    assert got.json() == {"items": [], "next": None}


def test_the_document_describes_every_answer_with_an_example(town: Town) -> None:
    document = call(town, "/openapi.json").json()
    assert document["openapi"].startswith("3.")
    described = document["paths"]["/consultations"]["get"]
    assert {"200", "304", "401", "403", "404", "422", "503"} <= set(described["responses"])
    assert document["components"]["schemas"]["ConsultationOut"]["example"]["topic"] == "邻里"
    assert call(town, "/nothing").json() == {"error": "没有这个地址"}
