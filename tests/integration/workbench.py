"""The workbench over real HTTP, and its members, each with a browser that runs no scripts."""

import html
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from pydantic import SecretStr

from bot.app import Machine
from bot.config import WorkbenchSection
from bot.demo import demo_settings
from tests.conftest import StoppedClock, Town, TownFactory

PASSWORD = "correct horse battery"
KEY = "k" * 40


@dataclass
class Browser:
    """Keeps cookies, and fills the hidden fields of the page it shows into the form it sends."""

    site: str
    http: requests.Session
    page: requests.Response = field(default_factory=requests.Response)

    def get(self, path: str, **headers: str) -> requests.Response:
        self.page = self.http.get(self.site + path, headers=headers, allow_redirects=False, timeout=30)
        return self.page

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: object) -> requests.Response:
        data = {**self.hidden(), **fields}
        self.page = self.http.post(self.site + path, data=data, headers=headers, allow_redirects=False, timeout=30)
        return self.page

    def follow(self) -> requests.Response:
        assert self.page.status_code == 303, self.page.text
        return self.get(self.page.headers["Location"])

    def submit(self, path: str, **fields: object) -> str:
        """Send a form and go where it leads; what a person reads there."""
        if self.post(path, **fields).status_code == 303:
            self.follow()
        return self.words()

    def hidden(self) -> dict[str, str]:
        fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.page.text)
        return {name: html.unescape(value) for name, value in fields}

    def words(self) -> str:
        """What a person reads on the page."""
        return html.unescape(re.sub(r"<[^>]+>", " ", self.page.text))

    def sign_in(self, login: str, password: str = PASSWORD, code: str = "", wanted: str = "") -> requests.Response:
        self.get(f"/workbench/login?next={wanted}")
        return self.post("/workbench/login", login=login, password=password, code=code)

    @property
    def is_in(self) -> bool:
        return self.get("/workbench/account").status_code == 200


@dataclass
class Workbench:
    """The same town as Town, seen from the office."""

    town: Town
    sessions: ExitStack

    @property
    def machine(self) -> Machine:
        return self.town.machine

    @property
    def clock(self) -> StoppedClock:
        return self.town.clock

    @property
    def site(self) -> str:
        return self.town.platform.webhook.removesuffix("/wechat")

    def browser(self) -> Browser:
        """Of somebody who is not signed in."""
        return Browser(self.site, self.sessions.enter_context(requests.Session()))

    def link(self, login: str) -> str:
        """The path of a one-time link for this account."""
        with self.machine.database.unit() as unit:
            token = unit.accounts.new_link(unit.accounts.by_login(login).id, self.clock())
            unit.commit()
        return f"/workbench/setup/{token}"

    def account(self, login: str, role: str = "staff", adviser: str = "") -> Browser:
        """A new account, of a registered adviser if one is named, whose password is chosen; not signed in."""
        with self.machine.database.unit() as unit:
            own = unit.advisers.named(adviser).id if adviser else None
            unit.accounts.add(login, adviser or f"{login}的姓名", role, self.clock(), own)
            unit.commit()
        browser = self.browser()
        path = self.link(login)
        browser.get(path)
        assert browser.post(path, password=PASSWORD, again=PASSWORD).status_code == 303
        return browser

    def member(self, login: str, role: str = "staff", adviser: str = "") -> Browser:
        """The same, signed in."""
        browser = self.account(login, role, adviser)
        assert browser.sign_in(login).status_code == 303
        return browser


WorkbenchFactory = Callable[..., Workbench]


@pytest.fixture
def open_workbench(open_town: TownFactory, blank: Path, tmp_path: Path) -> Iterator[WorkbenchFactory]:
    """Workbenches that end with the test: of a town that runs, or of a new one with open_workbench(key="…")."""
    with ExitStack() as sessions:

        def open_one(town: Town | None = None, key: str = KEY) -> Workbench:
            return Workbench(town or open_keyed(key), sessions)

        def open_keyed(key: str) -> Town:
            own = tmp_path / f"workbench-{secrets.token_hex(4)}.db"
            shutil.copy(blank, own)
            section = WorkbenchSection(key=SecretStr(key))
            return open_town(settings=demo_settings(f"sqlite:///{own}").model_copy(update={"workbench": section}))

        yield open_one


@pytest.fixture
def workbench(open_workbench: WorkbenchFactory) -> Workbench:
    return open_workbench()
