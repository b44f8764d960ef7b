"""The one-time subscription, over HTTP: a link in the chat, consent on the platform's page, one message outside its windows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from pydantic import SecretStr

from bot.config import Settings
from bot.demo import demo_settings, serving
from bot.errors import ConfigError
from bot.simulator.api import Api
from tests.conftest import Town, TownFactory
from tests.integration.test_delivery import answers, free_port

NUMBER = "2026-000001"


@dataclass
class Village:
    town: Town
    api: Api
    site: str

    def asks(self) -> str:
        """A resident's question goes to a person; the link that stands under the reply."""
        self.town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
        reply = self.town.exchange("resident", "河里的航标歪了归哪个修").reply
        found = re.search(r'<a href="(http[^"]+/wx/notify/[^"]+)">点这里，有答复时通知我</a>', reply)
        assert found, reply
        return found[1]

    def consents(self, link: str, tapped: str = "confirm", openid: str = "resident") -> requests.Response:
        """Open the link, tap on the platform's page, and come back."""
        away = requests.get(link, allow_redirects=False, timeout=30)
        assert away.status_code == 302, away.text
        asked = dict(parse_qsl(urlsplit(away.headers["Location"]).query))
        assert asked["action"] == "get_confirm"
        there = away.headers["Location"].partition("#")[0]
        return requests.get(there, params={"openid": openid, "tapped": tapped}, timeout=30)

    def answered_days_later(self, text: str = "找航道管理站。") -> None:
        self.town.clock.move(days=3)
        answers(self.town, text)
        for _ in range(5):
            self.town.machine.courier.once()

    def news(self) -> list[str]:
        return [message["data"]["content"]["value"] for message in self.api.notified]

    def state(self) -> str:
        with self.town.machine.database.reading() as unit:
            return unit.consultations.by_number(NUMBER).state


@pytest.fixture
def village(open_town: TownFactory, tmp_path: Path) -> Iterator[Village]:
    settings = demo_settings(f"sqlite:///{tmp_path / 'one-time.db'}")
    api = Api(settings.wechat.app_id, "right")
    own = free_port()
    with serving(api.app(), 0) as port:
        platform = f"http://127.0.0.1:{port}"
        account = {
            "verified": True, "app_secret": SecretStr("right"), "api_base_url": platform, "mp_base_url": platform,
            "subscription_template": "template-1",
        }  # fmt: skip
        settings = settings.model_copy(
            update={
                "wechat": settings.wechat.model_copy(update=account),
                "workbench": settings.workbench.model_copy(update={"public_url": f"http://127.0.0.1:{own}"}),
            }
        )
        town = open_town(settings=settings)
        with serving(town.machine.web, own):
            yield Village(town, api, f"http://127.0.0.1:{own}")


def test_who_consented_is_told_once_and_finds_the_answer_in_the_box(village: Village) -> None:
    came_back = village.consents(village.asks())
    assert "好了" in came_back.text
    assert "resident" not in came_back.text
    village.answered_days_later()
    (news,) = village.news()
    assert "找航道管理站" in news
    assert "给公众号发任意一句话" in news
    assert village.state() == "answered", "the news is not the answer"
    assert "找航道管理站" in village.town.says("resident", "在吗")
    assert village.state() == "delivered"


def test_the_news_of_a_long_answer_fits(village: Village) -> None:
    village.consents(village.asks())
    village.answered_days_later("要把材料备齐再去办，缺一样都要再跑一趟。" * 30)
    (news,) = village.news()
    assert len(news) <= 200
    assert news.endswith("就能看到全部答复。")


def test_who_cancelled_or_never_tapped_finds_the_answer_in_the_box(village: Village) -> None:
    assert "没有开启" in village.consents(village.asks(), tapped="cancel").text
    village.answered_days_later()
    assert village.news() == []
    assert "找航道管理站" in village.town.says("resident", "在吗")


def test_inside_the_window_the_answer_itself_is_sent(village: Village) -> None:
    village.consents(village.asks())
    answers(village.town)
    village.town.machine.courier.once()
    assert village.news() == []
    assert any("找航道管理站" in message["text"]["content"] for message in village.api.sent)


def test_a_link_works_once_for_its_own_resident_and_for_a_week(village: Village) -> None:
    link = village.asks()
    assert village.consents(link, openid="stranger").status_code == 410
    assert village.consents(link).status_code == 200
    assert requests.get(link, allow_redirects=False, timeout=30).status_code == 410
    assert "过期" in requests.get(f"{village.site}/wx/notify/guessed", timeout=30).text


def test_a_link_is_dead_after_a_week(village: Village) -> None:
    link = village.asks()
    village.town.clock.move(days=8)
    assert requests.get(link, allow_redirects=False, timeout=30).status_code == 410


def test_a_refusal_of_the_platform_leaves_the_answer_in_the_box(village: Village) -> None:
    village.consents(village.asks())
    village.api.consents.clear()
    village.answered_days_later()
    assert village.news() == []
    assert "找航道管理站" in village.town.says("resident", "在吗")


def test_a_busy_platform_is_asked_again_with_the_same_consent(village: Village) -> None:
    village.consents(village.asks())
    village.api.failures.append(-1)
    village.answered_days_later()
    assert village.news() == []
    village.town.clock.move(minutes=1)
    village.town.machine.courier.once()
    assert len(village.news()) == 1


def test_erasing_takes_the_consent_with_it(village: Village) -> None:
    link = village.asks()
    village.consents(link)
    village.town.says("resident", "删除我的记录")
    village.town.says("resident", "确认删除")
    with village.town.machine.database.reading() as unit:
        assert not unit.subscriptions.spend(1, village.town.clock())


def test_without_a_template_nobody_is_offered_it(town: Town) -> None:
    town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
    assert "通知我" not in town.exchange("resident", "河里的航标歪了归哪个修").reply


def test_a_template_without_an_address_is_refused_with_the_fix() -> None:
    with pytest.raises(ConfigError, match="public_url"):
        Settings.checked({"wechat": {"verified": True, "subscription_template": "t"}})
