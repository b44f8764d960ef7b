"""The account's menu, codes with a scene and the village's page, against the simulated platform."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.config import WechatSection
from bot.demo import serving
from bot.errors import SendError
from bot.simulator.api import Api
from bot.simulator.platform import Exchange
from bot.store.database import Database
from bot.wechat import menu, scenes
from bot.wechat.client import Client
from handlers.phrases import MENU, UNDER, UNKNOWN_MENU, Office, console_menu
from tests.conftest import Town
from tests.integration.test_cli import run

PNG = b"\x89PNG\r\n\x1a\n" + b"the account's own code"
VILLAGES = '[[villages]]\nname = "甲山村"\nscene = "v1"\n[[villages]]\nname = "乙水村"\n'
ADVISERS = (
    '[[advisers]]\nname = "示例律师"\nvillages = ["甲山村"]\n[[advisers]]\nname = "示范镇司法所"\nkind = "司法所"\n'
)


@dataclass
class Console:
    """An operator's folder, beside a platform."""

    api: Api
    folder: Path
    account: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, code: int = 0, **more: str) -> str:
        return run(*words, folder=self.folder, code=code, **{**self.account, **more})

    def page(self, name: str = "page.html") -> str:
        return (self.folder / name).read_text(encoding="utf-8")


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    """A verified service account."""
    text = f'[township]\nname = "示范镇"\nhotline = "023-1"\n{VILLAGES}{ADVISERS}'
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    api = Api("wxapp", "right")
    with serving(api.app(), 0) as port:
        account = {
            "LEGALBOT_WECHAT__APP_ID": "wxapp", "LEGALBOT_WECHAT__APP_SECRET": "right",
            "LEGALBOT_WECHAT__API_BASE_URL": f"http://127.0.0.1:{port}", "LEGALBOT_WECHAT__VERIFIED": "true",
            "LEGALBOT_WECHAT__ACCOUNT_KIND": "service",
        }  # fmt: skip
        yield Console(api, tmp_path, account)


@pytest.fixture
def client(console: Console) -> Iterator[Client]:
    database = Database(f"sqlite:///{console.folder / 'tokens.db'}")
    database.migrate()
    base = console.account["LEGALBOT_WECHAT__API_BASE_URL"]
    account = {"app_id": "wxapp", "app_secret": "right", "api_base_url": base}
    yield Client(WechatSection.model_validate(account), database)
    database.close()


# --- the menu ----------------------------------------------------------------------------------------------------------


def test_the_menu_is_set_through_the_platform(console: Console) -> None:
    assert "菜单设好了" in console.run("menu", "push")
    law, own, more = console.api.menu["button"]
    assert [(one["type"], one["name"], one["key"]) for one in (law, own)] == [
        ("click", name, name) for name in ("法律咨询", "我的咨询")
    ]
    assert more["name"] == "帮助"
    assert [(one["type"], one["key"]) for one in more["sub_button"]] == [
        ("click", "帮助"),
        ("click", "今日普法"),
        ("click", "法律测试"),
    ]


@pytest.mark.parametrize("name", [*MENU, *UNDER["帮助"]])
def test_every_button_is_understood_when_clicked(town: Town, name: str) -> None:
    heard = town.platform.event("resident", "CLICK", EventKey=name).reply
    assert heard
    assert heard != UNKNOWN_MENU


def test_an_account_that_may_not_is_told_what_to_enter_in_the_console(console: Console) -> None:
    console.api.failures.append(48001)
    refused = console.run("menu", "push")
    without = console.run("menu", "push", LEGALBOT_WECHAT__APP_SECRET="")
    for heard in (refused, without):
        for words in ("菜单名称：法律咨询", "菜单名称：我的咨询", "菜单名称：帮助", "选“发送消息”", "保存并发布"):
            assert words in heard
        assert "weixin://" not in heard
    assert "没有认证" in refused
    assert "没有设置 wechat.app_secret" in without


def test_another_refusal_is_reported_with_its_fix(console: Console) -> None:
    console.api.failures.append(40164)
    assert "白名单" in console.run("menu", "push", code=2)


def test_what_the_console_is_given_fits_there() -> None:
    for name, words in console_menu(Office("示范镇", "023-1", ("09:00", "17:30"))).items():
        assert len(name) <= 4
        assert len(words) <= 600


@pytest.mark.parametrize(("names", "code"), [(["一"] * 4, 40016), ([], 40016), (["法律咨询室"], 40018), ([""], 40018)])
def test_the_simulated_platform_refuses_a_menu_as_the_real_one_does(
    console: Console, client: Client, names: list[str], code: int
) -> None:
    with pytest.raises(SendError) as caught:
        menu.push(client.call, names, {})
    assert caught.value.code == code
    assert console.api.menu == {}


@pytest.mark.parametrize(
    ("button", "code"),
    [
        ({"type": "click", "name": "帮助", "key": "k" * 129}, 40019), ({"type": "click", "name": "帮助"}, 40019),
        ({"type": "tap", "name": "帮助", "key": "k"}, 40017), ({"type": "click", "name": "a" * 17, "key": "k"}, 40018),
    ],
)  # fmt: skip
def test_the_simulated_platform_checks_every_button(client: Client, button: dict[str, Any], code: int) -> None:
    with pytest.raises(SendError) as caught:
        client.call("menu/create", {"button": [button]})
    assert caught.value.code == code


# --- codes with a scene ------------------------------------------------------------------------------------------------


def test_a_village_gets_a_permanent_code_with_its_scene(console: Console, client: Client) -> None:
    holds = scenes.permanent(client.call, "v1")
    made = console.api.codes[0]
    assert holds == made["url"]
    assert (made["action_name"], made["action_info"]) == ("QR_LIMIT_STR_SCENE", {"scene": {"scene_str": "v1"}})
    with pytest.raises(SendError):
        scenes.permanent(client.call, "v" * 65)


def scan(town: Town, event: str, scene: str) -> Exchange:
    key = f"qrscene_{scene}" if event == "subscribe" else scene
    return town.platform.event("lawyer", event, EventKey=key, Ticket="t")


@pytest.mark.parametrize("event", ["subscribe", "SCAN"])
def test_scanning_the_code_binds_an_adviser_once(town: Town, event: str) -> None:
    with town.machine.database.unit() as unit:
        code = unit.advisers.new_code(unit.advisers.named("示例律师").id, town.clock())
        unit.commit()
    assert "绑定好了：示例律师" in scan(town, event, f"bind_{code}").reply
    assert "没有等您答复" in town.says("lawyer", "待办")
    town.clock.move(seconds=5)
    assert "已经用过" in scan(town, event, f"bind_{code}").reply
    assert "绑定码找司法所要" in scan(town, event, "bind_").reply


def test_a_verified_account_makes_a_code_to_scan_for_an_adviser(console: Console, town: Town) -> None:
    url = town.machine.settings.database.url
    heard = console.run("adviser", "code", "示例律师", "--qr", "code.svg", LEGALBOT_DATABASE__URL=url)
    assert "扫这个二维码" in heard
    assert "发这句话" not in heard
    made = console.api.codes[0]
    assert (made["action_name"], made["expire_seconds"]) == ("QR_STR_SCENE", 7 * 24 * 3600)
    assert "<svg" in (console.folder / "code.svg").read_text(encoding="utf-8")
    scene = made["action_info"]["scene"]["scene_str"]
    assert "绑定好了：示例律师" in scan(town, "subscribe", scene).reply


@pytest.mark.parametrize(
    "other", [{"LEGALBOT_WECHAT__VERIFIED": "false"}, {"LEGALBOT_WECHAT__ACCOUNT_KIND": "subscription"}]
)
def test_other_accounts_keep_the_code_to_type(console: Console, other: dict[str, str]) -> None:
    assert "发这句话：绑定 " in console.run("adviser", "code", "示例律师", "--qr", "code.png", **other)
    assert console.api.codes == []


# --- the page for the notice board -------------------------------------------------------------------------------------


def test_the_page_holds_the_villages_own_code_and_its_adviser(console: Console) -> None:
    heard = console.run("poster", "甲山村", "--out", "page.html")
    assert "page.html" in heard
    assert "空的" not in heard
    assert console.api.codes[0]["action_info"]["scene"]["scene_str"] == "v1"
    page = console.page()
    for words in (
        "示范镇",
        "甲山村的律师：示例律师",
        "借钱不还怎么办",
        "12348",
        "09:00 到 17:30",
        "023-1",
        "删除我的记录",
    ):
        assert words in page
    assert "<svg" in page
    assert re.findall(r"(?:src|href)=\"(?!data:)", page) == []


def test_a_village_without_an_adviser_of_its_own_names_the_office(console: Console) -> None:
    console.run("poster", "乙水村", "--out", "page.html", LEGALBOT_WECHAT__VERIFIED="false")
    assert "乙水村由示范镇司法所答复" in console.page()


def test_another_account_shows_the_picture_it_is_given_or_says_where_to_paste_it(console: Console) -> None:
    (console.folder / "own.png").write_bytes(PNG)
    other = {"LEGALBOT_WECHAT__VERIFIED": "false"}
    console.run("poster", "甲山村", "--out", "page.html", "--code", "own.png", **other)
    assert 'src="data:image/png;base64,' in console.page()
    assert "--code" in console.run("poster", "甲山村", "--out", "page.html", **other)
    assert "请在这里贴公众号二维码" in console.page()
    assert console.api.codes == []


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        (("丁村", "--out", "page.html"), "登记的有：甲山村"), (("甲山村", "--out", "page.doc"), ".html"),
        (("乙水村", "--out", "page.html"), "写 scene"),
        (("甲山村", "--out", "page.html", "--code", "none.png"), "读不了"),
        (("甲山村", "--out", "page.html", "--code", "config.toml"), "不是 PNG 或 JPG"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_mend_and_no_page_is_written(
    console: Console, words: tuple[str, ...], heard: str
) -> None:
    assert heard in console.run("poster", *words, code=2)
    assert not (console.folder / "page.html").exists()
