"""`legalbot account check`: does the platform accept this account's settings?"""

import typer

from bot.cli.options import ConfigFile, console, settings
from bot.store.database import Database
from bot.wechat.client import Client

group = typer.Typer(help="检查公众号设置。", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(group, name="account")


@group.callback()
def _account() -> None:
    """A group, so that further account commands have a place."""


@group.command(help="用 app_id 和 app_secret 向微信取一次令牌，看设置和 IP 白名单对不对。")
def check(config: ConfigFile = None) -> None:
    chosen = settings(config)
    chosen.require_account()
    Client(chosen.wechat, Database(chosen.database.url)).fetch_access_token()
    console.print("微信接受了 AppID、AppSecret 和本机的 IP。")
