"""Commands about advisers: adviser list|add|code."""

from pathlib import Path
from typing import Annotated

import segno
import typer
from rich.table import Table

from bot import app as root
from bot import clock
from bot.cli.options import ConfigFile, console, settings
from bot.errors import ConfigError
from bot.invitation import picture_holds, sentence
from bot.store.advisers import CODE_LIFE, KINDS, Seed
from handlers import phrases

group = typer.Typer(help="登记顾问，给顾问发绑定码。", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="姓名")]


def add_to(app: typer.Typer) -> None:
    app.add_typer(group, name="adviser")


@group.command("list", help="列出顾问：负责哪些村、绑定微信没有、手上几件、请假到哪天。")
def list_all(config: ConfigFile = None) -> None:
    with root.open_database(settings(config)).reading() as unit:
        advisers, load = unit.advisers.all(), unit.consultations.load()
    table = Table("姓名", "类别", "村", "只接", "微信", "手上", "请假到", title=f"{len(advisers)} 位顾问")
    for one in advisers:
        away = one.away_on(clock.local(clock.now()).date())
        table.add_row(
            f"{one.name}（值班）" if one.duty else one.name, one.kind, "、".join(one.villages) or "全镇",
            "、".join(one.topics) or "都接", "已绑定" if one.person_id else "没绑定", str(load.get(one.id, 0)),
            str(one.away_until) if away else "",
        )  # fmt: skip
    console.print(table)


@group.command(help="添加一位顾问（也可以写进 config.toml）。")
def add(
    name: Name,
    kind: Annotated[str, typer.Option("--kind", help=f"{'、'.join(KINDS)} 之一。")] = "律师",
    village: Annotated[list[str] | None, typer.Option("--village", help="负责的村，可写几次；不写就是全镇。")] = None,
    topic: Annotated[list[str] | None, typer.Option("--topic", help="只接哪类纠纷，可写几次；不写就都接。")] = None,
    email: Annotated[str, typer.Option("--email", help="邮箱，收提醒用。")] = "",
    duty: Annotated[bool, typer.Option("--duty", help="值班人员：急事先找他。")] = False,
    config: ConfigFile = None,
) -> None:
    chosen = settings(config)
    section = chosen.new_adviser(
        name=name, kind=kind, villages=village or [], topics=topic or [], email=email, duty=duty
    )
    with root.open_database(chosen).unit() as unit:
        counsel = unit.advisers.add(Seed(**section.model_dump()))
        unit.commit()
    console.print(f"已添加 {counsel.name}（{counsel.kind}）。给他发绑定码：legalbot adviser code {counsel.name}")


@group.command(help="给顾问一个一次性绑定码；加 --qr 存成图片：已认证的服务号扫了就绑定，别的账号扫了看到要发的话。")
def code(
    name: Name,
    qr: Annotated[Path | None, typer.Option("--qr", help="把二维码存到这个文件（.svg 或 .png）。")] = None,
    config: ConfigFile = None,
) -> None:
    chosen = settings(config)
    if qr and qr.suffix not in (".svg", ".png"):
        raise ConfigError("二维码只能存成 .svg 或 .png 文件，例如 --qr 绑定码.svg")
    database = root.open_database(chosen)
    with database.unit() as unit:
        counsel = unit.advisers.named(name)
        new = unit.advisers.new_code(counsel.id, clock.now())
        unit.commit()
    until = phrases.moment(clock.now() + CODE_LIFE)
    how = f"关注公众号，发这句话：{sentence(new)}"
    if qr:
        if chosen.wechat.makes_codes:
            how = "用微信扫这个二维码，关注公众号，就绑定好了"
        segno.make(picture_holds(new, chosen.wechat, database), error="m").save(str(qr), scale=8, border=4)
        console.print(f"二维码存在 {qr}。")
    console.print(f"请{counsel.name}{how}\n只能用一次，{until} 前有效。旧的绑定码作废。")
