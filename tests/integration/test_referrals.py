"""From a consultation into the ledgers of mediation and legal aid; and the ledgers on the other database."""

import re
from html import unescape

import pytest

from bot.store.counting import Count
from bot.store.database import Database
from tests.conftest import Town, TownFactory
from tests.integration.desk_member import Browser, sign_in
from tests.integration.ledgers import (
    AGREED,
    BOOKS,
    CALL,
    CALLS,
    CASES,
    DISPUTE,
    NUMBER,
    changes,
    clerk,
    enters,
    figures,
    form_of,
    settings_with_key,
    town,
)

__all__ = ["clerk", "town"]  # fixtures


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


def test_after_a_mediation_is_struck_out_the_consultation_can_be_registered_again(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **CALL)
    clerk.get(f"{CASES}/new?case={NUMBER}")
    clerk.post(f"{CASES}/new", **{**DISPUTE, "case": NUMBER})
    clerk.post(f"{CASES}/4/strike-out", reason="登记错了")
    assert "已作废：登记错了" in clerk.words()
    clerk.get(f"/workbench/c/{NUMBER}")
    assert "登记调解" in clerk.words()
    clerk.get(f"{CASES}/new?case={NUMBER}")
    clerk.post(f"{CASES}/new", **{**DISPUTE, "case": NUMBER})
    assert "甲山村调委会2026-002" in clerk.words()


def test_a_consultation_goes_on_as_an_application_for_legal_aid(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **{**CALL, "topic": "劳动争议"})
    clerk.get(f"/workbench/c/{NUMBER}")
    assert "法援转介" in clerk.words()
    form = form_of(clerk, f"{BOOKS}/legal-aid/new?case={NUMBER}")
    assert (form["matter"], form["village"], form["note"]) == ("劳动争议", "甲山村", "邻居砌墙占了路。")
    clerk.post(f"{BOOKS}/legal-aid/new", **{**form, "applicant": "孙某人"})
    clerk.get(f"/workbench/c/{NUMBER}")
    assert re.search(r"法援转介：\s*2026-0001\s*等决定", clerk.words())


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
        assert f"共 {count} 宗" in clerk.words(), query
    changes(clerk, f"{CALLS}/1", visit_words="回访过")
    with town.machine.database.unit() as unit:
        person = unit.consultations.get(1).person_id
        unit.residents.erase_words(person, but=set())
        unit.residents.erase_identity(person, town.clock())
        unit.commit()
    clerk.get(f"{CALLS}/1")
    assert "回访过" not in clerk.words()
    assert figures(town) == Count(1, 1, 1)
