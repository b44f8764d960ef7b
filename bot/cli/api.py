"""Commands about systems that read through the API: api add|list|off."""

import datetime as dt
from typing import Annotated

import typer
from rich.table import Table

from bot import app as root
from bot import clock
from bot.cli.options import ConfigFile, console, settings
from bot.store.clients import SCOPES

group = typer.Typer(help="给上级平台读数据的接口：发令牌、列出、停用。", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="系统名称")]
_SCOPES = "、".join(f"{key}（{label}）" for key, label in SCOPES.items())


def add_to(app: typer.Typer) -> None:
    app.add_typer(group, name="api")


@group.command(help="登记一个对接系统，给它一个令牌。令牌只显示这一次。")
def add(
    name: Name,
    scope: Annotated[list[str], typer.Option("--scope", help=f"能读什么，可以写几次：{_SCOPES}。")],
    days: Annotated[int, typer.Option("--days", min=1, max=1095, help="有效多少天。")] = 365,
    config: ConfigFile = None,
) -> None:
    now = clock.now()
    with root.open_database(settings(config)).unit() as unit:
        token = unit.clients.add(name, scope, now + dt.timedelta(days=days), now)
        unit.accounts.record(None, "命令行", "登记对接系统", now, detail=name)
        unit.commit()
    until = clock.local(now + dt.timedelta(days=days)).date()
    console.print(f"{name} 的令牌（只显示这一次，有效到 {until}）：\n{token}", markup=False)


@group.command("list", help="列出对接系统：能读什么、有效到哪天。")
def list_all(config: ConfigFile = None) -> None:
    with root.open_database(settings(config)).reading() as unit:
        clients = unit.clients.all()
    table = Table("系统", "能读", "有效到", "状态", title=f"{len(clients)} 个对接系统")
    for one in clients:
        state = "" if one.good(clock.now()) else "已过期" if one.active else "已停用"
        table.add_row(
            one.name, "、".join(SCOPES[scope] for scope in one.scopes), f"{clock.local(one.expires_at):%Y-%m-%d}", state
        )
    console.print(table)


@group.command(help="停用一个对接系统的令牌，立刻生效。")
def off(name: Name, config: ConfigFile = None) -> None:
    with root.open_database(settings(config)).unit() as unit:
        unit.clients.switch_off(name)
        unit.accounts.record(None, "命令行", "停用对接系统", clock.now(), detail=name)
        unit.commit()
    console.print(f"已停用 {name} 的令牌。", markup=False)
