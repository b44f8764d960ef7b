"""Commands about accounts of the workbench: staff add|link|list|off."""

from typing import Annotated

import typer
from rich.table import Table

from bot import app as root
from bot import clock
from bot.cli.options import ConfigFile, console, settings
from bot.store.accounts import ROLES, SETUP_LIFE
from handlers import phrases

group = typer.Typer(help="工作台的账号：登记、发登录链接、停用。", no_args_is_help=True)
Login = Annotated[str, typer.Argument(metavar="登录名")]
_HERE = "命令行"
_ROLE_HELP = "、".join(f"{key}（{label}）" for key, label in ROLES.items())


def add_to(app: typer.Typer) -> None:
    app.add_typer(group, name="staff")


@group.command(help="登记一个账号。接着用 staff link 发登录链接，本人用它自己定密码。")
def add(
    login: Login,
    name: Annotated[str, typer.Option("--name", help="姓名，会写进操作记录。")],
    role: Annotated[str, typer.Option("--role", help=f"{_ROLE_HELP} 之一。")],
    adviser: Annotated[str, typer.Option("--adviser", help="顾问和调解员要写：登记的是哪一位。")] = "",
    config: ConfigFile = None,
) -> None:
    with root.open_database(settings(config)).unit() as unit:
        adviser_id = unit.advisers.named(adviser).id if adviser else None
        account = unit.accounts.add(login, name, role, clock.now(), adviser_id)
        unit.accounts.record(None, _HERE, "登记账号", clock.now(), detail=account.login)
        unit.commit()
    console.print(
        f"已登记 {account.name}（{ROLES[account.role]}）。给他发登录链接：legalbot staff link {account.login}"
    )


@group.command(
    help="给一个一次性登录链接，本人用它定密码。忘了密码、换了手机也用它：定好新密码后，动态验证码要重新开。"
)
def link(login: Login, config: ConfigFile = None) -> None:
    chosen = settings(config)
    with root.open_database(chosen).unit() as unit:
        account = unit.accounts.by_login(login)
        token = unit.accounts.new_link(account.id, clock.now())
        unit.accounts.record(None, _HERE, "发登录链接", clock.now(), detail=account.login)
        unit.commit()
    site = chosen.workbench.public_url or f"http://127.0.0.1:{chosen.server.port}"
    until = phrases.moment(clock.now() + SETUP_LIFE)
    console.print(
        f"请{account.name}打开这个链接定密码：\n{site}/workbench/setup/{token}\n"
        f"只能用一次，{until} 前有效。不要发到群里。旧的链接作废。"
    )


@group.command("list", help="列出账号：角色、定了密码没有、开了动态验证码没有、停用没有。")
def list_all(config: ConfigFile = None) -> None:
    with root.open_database(settings(config)).reading() as unit:
        accounts = unit.accounts.all()
    table = Table("登录名", "姓名", "角色", "密码", "动态验证码", "状态", title=f"{len(accounts)} 个账号")
    for one in accounts:
        locked = one.locked_until and one.locked_until > clock.now()
        table.add_row(
            one.login, one.name, ROLES[one.role], "已定" if one.password_hash else "没定",
            "开" if one.totp_secret else "", ("锁住" if locked else "") if one.active else "已停用",
        )  # fmt: skip
    console.print(table)


@group.command(help="停用一个账号：立刻退出，不能再登录。操作记录保留。")
def off(login: Login, config: ConfigFile = None) -> None:
    with root.open_database(settings(config)).unit() as unit:
        account = unit.accounts.by_login(login)
        unit.accounts.deactivate(account.id)
        unit.accounts.record(None, _HERE, "停用账号", clock.now(), detail=account.login)
        unit.commit()
    console.print(f"已停用 {account.name}（{account.login}）。")
