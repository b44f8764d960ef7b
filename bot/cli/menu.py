"""`legalbot menu push`: the account's menu, set through the platform or told to the operator."""

import typer

from bot import app as root
from bot.cli.options import ConfigFile, console, settings
from bot.errors import SendError
from bot.wechat import menu
from bot.wechat.client import Client
from handlers.phrases import MENU, UNDER, Office, console_menu

group = typer.Typer(help="公众号底部的菜单。", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(group, name="menu")


@group.callback()
def _menu() -> None:
    """A group, so that further commands about the menu have a place."""


@group.command(help="设置公众号菜单：法律咨询、我的咨询、帮助。公众号没有权限时，打印在后台怎么填。")
def push(config: ConfigFile = None) -> None:
    chosen = settings(config)
    office = root.township(chosen).office
    if not chosen.wechat.app_secret.get_secret_value():
        console.print(by_hand(office, "没有设置 wechat.app_secret，不能自动设置菜单。"), markup=False)
        return
    try:
        menu.push(Client(chosen.wechat, root.open_database(chosen)).call, MENU, UNDER)
    except SendError as error:
        if error.code != menu.NOT_ALLOWED:
            raise
        console.print(by_hand(office, "这个公众号没有认证，不能自动设置菜单。"), markup=False)
        return
    console.print(f"菜单设好了：{'、'.join(MENU)}。手机上最晚 5 分钟后看到；想马上看，取消关注再关注。")


def by_hand(office: Office, why: str) -> str:
    """What to enter in the console, where a button can only send words or open a page."""
    lines = [
        why,
        "请登录公众平台后台（mp.weixin.qq.com），打开“内容与互动 > 自定义菜单”，添加下面三个菜单：",
    ]
    for number, (name, words) in enumerate(console_menu(office).items(), 1):
        lines += [
            f"\n菜单 {number}", f"  菜单名称：{name}", "  菜单内容：选“发送消息”，再选“文字”，填下面的话：",
            *(f"    {line}" for line in words.splitlines()),
        ]  # fmt: skip
    lines += [
        "\n填完点“保存并发布”。不要选“跳转网页”，居民会离开聊天。",
        "页面提示菜单已停用的，点页面上的“开启”；后台不让开，就不用菜单，居民打“帮助”“查询”两个字一样能用。",
        "公众号认证以后，设置 wechat.app_secret，再运行 legalbot menu push，点菜单就能直接看到自己的咨询。",
    ]
    return "\n".join(lines)
