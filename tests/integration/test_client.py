"""The platform's API through our client, against the simulator: wechatpy's token faults do not come through."""

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.config import WechatSection
from bot.demo import serving
from bot.errors import ConfigError, SendError
from bot.simulator.api import Api
from bot.store.database import Database
from bot.store.models import Token
from bot.wechat.client import Client

SECRET = "the-app-secret"


@dataclass
class Line:
    api: Api
    client: Client


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'tokens.db'}")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def line(database: Database) -> Iterator[Line]:
    api = Api("wxapp", SECRET)
    with serving(api.app(), 0) as port:
        yield Line(api, Client(account(f"http://127.0.0.1:{port}"), database))


def account(url: str, secret: str = SECRET, app_id: str = "wxapp") -> WechatSection:
    return WechatSection.model_validate({"app_id": app_id, "app_secret": secret, "api_base_url": url})


def send(line: Line) -> None:
    line.client.call("message/custom/send", {"touser": "o", "msgtype": "text", "text": {"content": "您好"}})


def test_a_message_is_sent_with_a_fetched_token(line: Line) -> None:
    send(line)
    assert line.api.sent[0]["text"]["content"] == "您好"


def test_twenty_threads_fetch_one_token(line: Line) -> None:
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: send(line), range(20)))
    assert line.api.token_requests == 1
    assert len(line.api.sent) == 20


def test_a_refused_token_is_renewed_once(line: Line) -> None:
    send(line)
    line.api.token = "renewed elsewhere"
    send(line)
    assert len(line.api.sent) == 2
    assert line.api.token_requests == 2


def test_a_persistent_refusal_ends_after_one_repetition(line: Line) -> None:
    line.api.failures.extend([40001] * 10)
    with pytest.raises(SendError) as caught:
        send(line)
    assert caught.value.code == 40001
    assert len(line.api.failures) == 8


def test_a_token_past_its_time_is_fetched_anew_before_it_is_refused(line: Line) -> None:
    line.api.expires_in = 120
    send(line)
    send(line)
    assert line.api.token_requests == 2


def test_processes_share_one_token_through_the_database(line: Line, tmp_path: Path) -> None:
    send(line)
    other = Database(f"sqlite:///{tmp_path / 'tokens.db'}")
    url = line.client.API_BASE_URL.removesuffix("/cgi-bin/")
    send(Line(line.api, Client(account(url), other)))
    assert line.api.token_requests == 1
    line.api.token = "renewed by the platform"
    send(line)
    send(Line(line.api, Client(account(url), other)))
    assert line.api.token_requests == 2
    other.close()


def test_no_live_token_lies_in_the_database_in_clear(line: Line) -> None:
    send(line)
    with line.client._database.reading() as unit:
        row = unit.session.query(Token).one()
    assert row.sealed
    assert line.api.token not in row.sealed
    assert row.claimed_until is None


def test_a_changed_secret_makes_the_kept_token_worthless(line: Line) -> None:
    send(line)
    line.api.app_secret = "another"
    url = line.client.API_BASE_URL.removesuffix("/cgi-bin/")
    send(Line(line.api, Client(account(url, secret="another"), line.client._database)))
    assert line.api.token_requests == 2


def test_a_platform_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    monkeypatch.setattr("bot.wechat.client.TIMEOUT_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        client = Client(account(f"http://127.0.0.1:{silent.getsockname()[1]}"), database)
        with pytest.raises(SendError, match="Timeout"):
            client.fetch_access_token()


@pytest.mark.parametrize(("code", "permanent"), [(48001, True), (45015, True), (-1, False), (45009, False)])
def test_an_error_says_whether_repeating_helps(line: Line, code: int, permanent: bool) -> None:
    line.api.failures.append(code)
    with pytest.raises(SendError) as caught:
        send(line)
    assert (caught.value.code, caught.value.permanent) == (code, permanent)


@pytest.mark.parametrize(
    ("change", "heard"), [({"secret": "wrong"}, "app_secret 不对"), ({"app_id": "wxno"}, "app_id 不对")]
)
def test_wrong_credentials_name_the_setting(line: Line, change: dict[str, str], heard: str) -> None:
    url = line.client.API_BASE_URL.removesuffix("/cgi-bin/")
    with pytest.raises(SendError, match=heard):
        Client(account(url, **change), line.client._database).fetch_access_token()


def test_no_error_and_no_log_names_token_or_secret(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    send(line)
    client = Client(account("http://127.0.0.1:9"), line.client._database)
    with pytest.raises(SendError) as caught:
        client.call("message/custom/send", {})
    assert caught.value.permanent is False
    for secret in (SECRET, line.api.token):
        assert secret not in caplog.text + str(caught.value) + repr(caught.value.__cause__)


def test_missing_credentials_name_the_settings(database: Database) -> None:
    with pytest.raises(ConfigError, match=r"wechat\.app_id"):
        Client(WechatSection(), database)
