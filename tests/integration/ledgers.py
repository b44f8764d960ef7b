"""The ledgers over HTTP: a town with a key to seal with, a clerk, and forms as a browser without scripts sends them."""

import datetime as dt
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.clock import SHANGHAI
from bot.config import Settings, WorkbenchSection
from bot.demo import demo_settings
from bot.store.counting import Count
from tests.conftest import Town, TownFactory
from tests.integration.desk_member import Browser, sign_in

BOOKS = "/staff/books"
CALLS = f"{BOOKS}/consultation"
CASES = f"{BOOKS}/mediation"
NUMBER = "2026-000001"
DISPUTE = {
    "accepted": "2026-11-20", "committee": "甲山村调委会", "village": "甲山村", "mediator": "王调解", "source": "当事人申请",
    "applicant_name": "赵某某", "applicant_contact": "13912345678", "respondent_name": "钱某某", "topic": "邻里",
    "facts": "两家为滴水吵架。",
}  # fmt: skip
AGREED = {
    "ended": "2026-11-21", "result": "成功", "form": "口头", "agreement": "各退一步。", "effective": "2026-11-21",
}  # fmt: skip
CALL = {
    "day": "2026-11-20", "channel": "电话", "village": "甲山村", "topic": "邻里", "question": "邻居砌墙占了路。",
    "answer": "先请村调委会调解。", "answerer": "示例律师", "outcome": "当场答复",
}  # fmt: skip
VISIT = {"day": "2026-11-20", "village": "甲山村", "adviser": "示例律师", "what": "讲座"}


def settings_with_key(database: str) -> Settings:
    return demo_settings(database).model_copy(update={"workbench": WorkbenchSection(key=SecretStr("k" * 40))})


@pytest.fixture
def town(open_town: TownFactory, blank: Path, tmp_path: Path) -> Town:
    own = tmp_path / "ledgers.db"
    shutil.copy(blank, own)
    return open_town(settings=settings_with_key(f"sqlite:///{own}"))


@pytest.fixture
def clerk(town: Town) -> Browser:
    browser = sign_in(town, "staff")
    for name, village in (("甲山村调委会", "甲山村"), ("丙坝村调委会", "丙坝村")):
        enters(browser, "committee", name=name, village=village, since="2020-01-01")
    return browser


def enters(browser: Browser, book: str, **fields: object) -> str:
    """The page that the new row, or the faulty form, leads to."""
    browser.get(f"{BOOKS}/{book}/new")
    return browser.post(f"{BOOKS}/{book}/new", **fields)


def form_of(browser: Browser, path: str) -> dict[str, str]:
    """What a browser would send if nothing were changed; boxes that are ticked too."""
    browser.get(path)
    page = browser.page
    found = dict(re.findall(r'<input (?:id="\w+" |type="hidden" )name="(\w+)"[^>]*?value="([^"]*)"', page))
    found |= {
        key: unescape(words)
        for key, words in re.findall(r'<textarea id="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    }
    for key, options in re.findall(r'<select id="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r"<option selected>([^<]*)", options)
        found[key] = chosen[1] if chosen else ""
    return {key: unescape(value) for key, value in found.items()}


def changes(browser: Browser, path: str, **fields: str) -> str:
    filled = {**form_of(browser, f"{path}/edit"), **fields}
    return browser.post(f"{path}/edit", **filled)


def figures(town: Town) -> Count:
    start = dt.datetime(2026, 11, 1, tzinfo=SHANGHAI)
    with town.machine.database.reading() as unit:
        return unit.reports.period(start, start + dt.timedelta(days=30), dt.timedelta(hours=24)).total


def state_of(town: Town, number: str = NUMBER) -> tuple[str, str]:
    with town.machine.database.reading() as unit:
        case = unit.consultations.by_number(number)
        return case.state, case.adviser
