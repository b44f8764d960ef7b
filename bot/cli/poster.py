"""`legalbot poster`: an A4 page for a village's notice board, with the account's code."""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import segno
import typer
from jinja2 import Environment, PackageLoader

from bot import app as root
from bot.cli.options import ConfigFile, console, settings
from bot.config import Settings, VillageSection
from bot.errors import ConfigError
from bot.routing import choose
from bot.store.advisers import Counsel
from bot.store.database import Database
from bot.wechat import scenes
from bot.wechat.client import Client
from handlers.phrases import POSTER, Office, poster_adviser, poster_office
from handlers.welcome import EXAMPLES

_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How the two kinds of picture begin, whatever the file's name says."""


@dataclass(frozen=True)
class Code:
    """What stands in the middle of the page: a drawing, or a picture as a data address, or neither."""

    svg: str = ""
    picture: str = ""


def add_to(app: typer.Typer) -> None:
    app.command(help="做一张 A4 海报，打印了贴在村公告栏：二维码、例子、本村的顾问、电话。")(poster)


def poster(
    village: Annotated[str, typer.Argument(metavar="村名")],
    out: Annotated[Path, typer.Option("--out", help="存成这个网页文件（.html），用浏览器打开就能打印。")],
    code: Annotated[
        Path | None, typer.Option("--code", help="后台下载的公众号二维码图片（.png 或 .jpg）；已认证的服务号不用写。")
    ] = None,
    config: ConfigFile = None,
) -> None:
    chosen = settings(config)
    place = _village(chosen, village)
    if out.suffix != ".html":
        raise ConfigError("海报只能存成 .html 文件，例如 --out 甲山村.html，再用浏览器打开打印")
    picture = Code(picture=_data_address(code)) if code else None
    database = root.open_database(chosen)
    with database.reading() as unit:
        adviser = lasting_adviser(unit.advisers.all(), place.name)
    shown = picture or _scene_code(chosen, place, database)
    out.write_text(page(root.township(chosen).office, place.name, adviser, shown), encoding="utf-8")
    console.print(f"海报存在 {out}，用浏览器打开，打印在一张 A4 纸上。", markup=False)
    if not (shown.svg or shown.picture):
        console.print(
            "海报上的二维码是空的：请从公众平台后台下载二维码，用 --code 二维码.jpg 再做一次，或者打印后贴上去。"
        )


def lasting_adviser(advisers: Sequence[Counsel], village: str) -> Counsel | None:
    """Who gets the village's matters as a rule: the page hangs longer than anybody's leave or load lasts."""
    on_no_leave = dt.date.min
    return choose(advisers, village, "其他", on_no_leave, {})


def page(office: Office, village: str, adviser: Counsel | None, code: Code) -> str:
    """The page as one HTML file that needs nothing else."""
    environment = Environment(loader=PackageLoader("bot.cli"), autoescape=True, trim_blocks=True)
    return environment.get_template("poster.html").render(
        words=POSTER, office=office, village=village, code=code, examples=EXAMPLES, opening=poster_office(office),
        adviser=poster_adviser(village, adviser.name, adviser.kind) if adviser else "",
    )  # fmt: skip


def _village(chosen: Settings, name: str) -> VillageSection:
    known = {village.name: village for village in chosen.villages}
    if name not in known:
        listed = "、".join(known) or "（还没有）。请先在 config.toml 里写 [[villages]]"
        raise ConfigError(f"没有叫“{name}”的村。登记的有：{listed}")
    return known[name]


def _scene_code(chosen: Settings, village: VillageSection, database: Database) -> Code:
    """The village's own code, where the account may make one. Raises ConfigError or SendError."""
    if not chosen.wechat.makes_codes:
        return Code()
    if not village.scene:
        raise ConfigError(f'“{village.name}”没有场景值，请在它的 [[villages]] 里写 scene，例如 scene = "v1"')
    holds = scenes.permanent(Client(chosen.wechat, database).call, village.scene)
    return Code(svg=segno.make(holds, error="q", micro=False).svg_inline(border=4, omitsize=True))


def _data_address(file: Path) -> str:
    """A picture's bytes inside the page. Raises ConfigError for what is not a picture."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"读不了二维码图片 {file}，请核对文件名和位置") from error
    kind = next((kind for start, kind in _PICTURES.items() if content.startswith(start)), None)
    if not kind:
        raise ConfigError(f"{file} 不是 PNG 或 JPG 图片，请从公众平台后台重新下载二维码")
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
