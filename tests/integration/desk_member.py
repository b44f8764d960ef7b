"""A member of the office at the workbench, over HTTP as a browser without scripts would do it."""

import re
from dataclasses import dataclass, field
from html import unescape

import requests

from tests.conftest import Town

PASSWORD = "苍山如海-2026-夜"
_HIDDEN = re.compile(r'name="(csrf|once|version)" value="([^"]*)"')


@dataclass
class Browser:
    root: str
    http: requests.Session = field(default_factory=requests.Session)
    page: str = ""
    status: int = 0

    def get(self, path: str) -> str:
        return self._read(self.http.get(self.root + path, timeout=30))

    def post(self, path: str, **fields: object) -> str:
        """Send a form of the page that was read last, its hidden fields with it."""
        return self._read(self.http.post(self.root + path, data={**self._hidden(), **fields}, timeout=30))

    def token(self) -> str:
        """The hidden value of the page that was read last."""
        return self._hidden().get("csrf", "")

    def _hidden(self) -> dict[str, str]:
        return {name: unescape(value) for name, value in _HIDDEN.findall(self.page)}

    def _read(self, answer: requests.Response) -> str:
        self.page, self.status = answer.text, answer.status_code
        return self.page

    def words(self) -> str:
        """What a person reads."""
        return unescape(re.sub(r"<[^>]+>", " ", self.page))


def sign_in(town: Town, role: str, adviser: str = "") -> Browser:
    """A new account of this role, set up by its one-time link and signed in."""
    login = f"{role}{adviser and 'x'}{secrets_of(town)}"
    with town.machine.database.unit() as unit:
        adviser_id = unit.advisers.named(adviser).id if adviser else None
        account = unit.accounts.add(login, adviser or f"某{role}", role, town.clock(), adviser_id)
        link = unit.accounts.new_link(account.id, town.clock())
        unit.commit()
    browser = Browser(town.platform.webhook.removesuffix("/wechat"))
    browser.get(f"/workbench/setup/{link}")
    browser.post(f"/workbench/setup/{link}", password=PASSWORD, again=PASSWORD)
    browser.get("/workbench/login")
    browser.post("/workbench/login", login=login, password=PASSWORD)
    browser.get("/workbench")
    assert browser.status == 200, browser.words()
    return browser


_given: dict[int, int] = {}


def secrets_of(town: Town) -> int:
    """A number that makes the login of each new account of a town different."""
    _given[id(town)] = _given.get(id(town), 0) + 1
    return _given[id(town)]
