"""Somebody whose calls were written down asks the office to forget them."""

from sqlalchemy import text

from bot.store.counting import Count
from tests.conftest import Town
from tests.integration.desk_member import Browser, sign_in
from tests.integration.ledgers import CALL, CALLS, NUMBER, changes, clerk, enters, figures, state_of, town

__all__ = ["clerk", "town"]  # fixtures
WORDS = ("砌墙", "石坎", "139", "赵某人")


def kept(town: Town) -> str:
    """Everything the database holds of consultations and the people they are of."""
    with town.machine.database.reading() as unit:
        rows = [
            row
            for table in ("residents", "consultations", "turns", "outbox", "ledger_rows", "ledger_changes")
            for row in unit.session.execute(text(f"SELECT * FROM {table} WHERE 1"))
        ]
    return str([row for row in rows if "某调委会" not in str(row)])


def test_all_that_a_person_said_goes_and_the_numbers_stay(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **CALL, contact="13912345678", name="赵某人")
    enters(clerk, "consultation", **{**CALL, "day": "2026-11-10", "question": "石坎塌了。", "contact": "139 1234 5678"})
    enters(clerk, "consultation", **{**CALL, "question": "别人家的事。", "contact": "13800000000"})
    changes(clerk, f"{CALLS}/1", question="邻居砌墙，砸了石坎。")
    before = figures(town)
    clerk.get(f"{CALLS}/1")
    clerk.post(f"{CALLS}/1/erase")
    assert "没有抹去" in clerk.words()
    assert "砌墙" in kept(town)
    clerk.post(f"{CALLS}/1/erase", asked="true")
    assert "已抹去" in clerk.words()
    assert [word for word in WORDS if word in kept(town)] == []
    assert "别人家的事" in kept(town)
    assert figures(town) == before == Count(3, 3, 2)
    clerk.get(f"{CALLS}/2")
    assert "已按本人要求抹去" in clerk.words()
    assert "修改</a>" not in clerk.page


def test_what_still_waits_is_withdrawn_and_what_was_erased_is_not_written_again(town: Town, clerk: Browser) -> None:
    enters(clerk, "consultation", **{**CALL, "answer": "", "answerer": "", "outcome": "转顾问"})
    clerk.get(f"{CALLS}/1")
    clerk.post(f"{CALLS}/1/erase", asked="true")
    assert state_of(town)[0] == "withdrawn"
    changes(clerk, f"{CALLS}/1", question="又写上的话。", topic="邻里", answer="", answerer="")
    assert clerk.status == 409
    assert "不能再改" in clerk.words()
    assert "又写上" not in kept(town)
    lawyer = sign_in(town, "adviser", "示例律师")
    lawyer.get("/workbench")
    assert NUMBER not in lawyer.words()


def test_a_resident_of_the_account_erases_there(town: Town, clerk: Browser) -> None:
    town.says("resident", "河里的航标歪了归哪个修")
    clerk.get(f"{CALLS}/1")
    assert "本人要求删除记录" not in clerk.words()
    clerk.post(f"{CALLS}/1/erase", asked="true")
    assert clerk.status == 409
    assert "删除我的记录" in clerk.words()
    assert "航标" in kept(town)
