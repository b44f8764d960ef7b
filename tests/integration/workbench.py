"""The workbench over real HTTP, and a browser without scripts to use it with."""

import html
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from pydantic import SecretStr

from bot.app import Machine, assemble
from bot.config import Settings, WorkbenchSection
from bot.demo import demo_settings, serving
from knowledge.desk import Desk
from tests.conftest import StoppedClock

PASSWORD = "correct horse battery"
KEY = "k" * 40


@dataclass
class Browser:
    """Keeps cookies, and fills the hidden fields of the page it shows into the form it sends."""

    site: str
    http: requests.Session
    page: requests.Response = field(default_factory=requests.Response)

    def get(self, path: str, **headers: str) -> requests.Response:
        self.page = self.http.get(self.site + path, headers=headers, allow_redirects=False, timeout=20)
        return self.page

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> requests.Response:
        data = {**self.hidden(), **fields}
        self.page = self.http.post(self.site + path, data=data, headers=headers, allow_redirects=False, timeout=20)
        return self.page

    def follow(self) -> requests.Response:
        assert self.page.status_code == 303, self.page.text
        return self.get(self.page.headers["Location"])

    def hidden(self) -> dict[str, str]:
        fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.page.text)
        return {name: html.unescape(value) for name, value in fields}

    def sign_in(self, login: str, password: str = PASSWORD, code: str = "", wanted: str = "") -> requests.Response:
        self.get(f"/workbench/login?next={wanted}")
        return self.post("/workbench/login", login=login, password=password, code=code)

    @property
    def is_in(self) -> bool:
        return self.get("/workbench/account").status_code == 200


@dataclass
class Workbench:
    machine: Machine
    clock: StoppedClock
    site: str
    browser: Callable[[], Browser]

    def link(self, login: str) -> str:
        """The path of a one-time link for this account."""
        with self.machine.database.unit() as unit:
            token = unit.accounts.new_link(unit.accounts.by_login(login).id, self.clock())
            unit.commit()
        return f"/workbench/setup/{token}"

    def account(self, login: str, role: str = "staff") -> Browser:
        """A new account whose password is chosen; its browser, not signed in."""
        with self.machine.database.unit() as unit:
            own = unit.advisers.all()[0].id if role in ("adviser", "mediator") else None
            unit.accounts.add(login, f"{login}的姓名", role, self.clock(), own)
            unit.commit()
        browser = self.browser()
        path = self.link(login)
        browser.get(path)
        assert browser.post(path, password=PASSWORD, again=PASSWORD).status_code == 303
        return browser

    def member(self, login: str, role: str = "staff") -> Browser:
        """The same, signed in."""
        browser = self.account(login, role)
        assert browser.sign_in(login).status_code == 303
        return browser


@pytest.fixture
def open_workbench(desk: Desk, blank: Path, tmp_path: Path) -> Iterator[Callable[..., Workbench]]:
    with ExitStack() as stack:

        def open_one(key: str = KEY) -> Workbench:
            clock = StoppedClock()
            own = tmp_path / "workbench.db"
            if not own.exists():
                shutil.copy(blank, own)
            chosen = demo_settings(f"sqlite:///{own}")
            settings: Settings = chosen.model_copy(update={"workbench": WorkbenchSection(key=SecretStr(key))})
            machine = assemble(settings, desk, clock)
            stack.callback(machine.database.close)
            site = f"http://127.0.0.1:{stack.enter_context(serving(machine.web, 0))}"
            return Workbench(machine, clock, site, lambda: Browser(site, stack.enter_context(requests.Session())))

        yield open_one


@pytest.fixture
def workbench(open_workbench: Callable[..., Workbench]) -> Workbench:
    return open_workbench()
