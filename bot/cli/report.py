"""Commands that count: report month|year."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot import app as root
from bot import clock
from bot.cli.options import AsJson, ConfigFile, console, print_json, settings
from bot.period import EARLIEST, LATEST
from bot.store.counting import Count, rule
from bot.store.reports import Report

group = typer.Typer(help="统计：一个月的数字，一年的报告。", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(group, name="report")


@group.command(help="统计一个月的咨询：人次、件、人。")
def month(
    which: Annotated[str, typer.Argument(metavar="月份", help="例如 2026-11；不写就是本月。")] = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    chosen = settings(config)
    try:
        first = dt.date.fromisoformat(f"{which}-01") if which else clock.local(clock.now()).date()
        if not EARLIEST <= first.year <= LATEST:
            raise ValueError(which)
    except ValueError:
        raise typer.BadParameter(
            f"月份要写成 2026-11 这样，在 {EARLIEST} 年到 {LATEST} 年之间", param_hint="月份"
        ) from None
    start, end = clock.month_bounds(first.year, first.month)
    window = dt.timedelta(hours=chosen.township.count_window_hours)
    with root.open_database(chosen).reading() as unit:
        counted = unit.reports.period(start, end, window)
    if as_json:
        print_json(_plain(counted, f"{first:%Y-%m}"))
        return
    console.print(f"{chosen.township.name} {first.year}年{first.month}月法律咨询：{_figures(counted.total)}")
    for name, groups in counted.by.items():
        table = Table(name, "人次", "件", "人")
        for group_name, one in groups.items():
            table.add_row(group_name, str(one.occasions), str(one.matters), str(one.people))
        console.print(table)
    console.print(rule(window), style="dim")


@group.command(help="写一年的报告：公共法律服务、普法、顾问、调解、学法、信息公开，数字都从台账来。")
def year(
    which: Annotated[int, typer.Argument(metavar="年份", min=EARLIEST, max=LATEST)],
    docx: Annotated[Path | None, typer.Option("--docx", help="存成 Word。")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="把数字和数到的每一行存成 Excel。")] = None,
    rate: Annotated[
        int | None, typer.Option("--rate", min=0, max=100, help="别处写的调解成功率，和台账对一对。")
    ] = None,
    config: ConfigFile = None,
) -> None:
    chosen = settings(config)
    annual = root.annual(chosen)
    with root.open_database(chosen).reading() as unit:
        report = annual.report(unit, which, rate)
    console.print(report.title, style="bold")
    for heading, parts in report.paragraphs:
        console.print(f"{heading}：{''.join(part.text for part in parts)}", markup=False)
    for finding in report.findings:
        console.print(f"要核对：{finding.text}", style="yellow", markup=False)
    for file, write in ((docx, annual.document), (xlsx, annual.workbook)):
        if file:
            with file.open("wb") as into:
                write(report, into)
            console.print(f"已存到 {file}", markup=False)


def _figures(one: Count) -> str:
    return f"{one.occasions} 人次，{one.matters} 件，{one.people} 人"


def _plain(counted: Report, which: str) -> dict[str, object]:
    return {
        "month": which,
        "window_hours": counted.window // dt.timedelta(hours=1),
        "total": asdict(counted.total),
        "by": {name: {key: asdict(one) for key, one in groups.items()} for name, groups in counted.by.items()},
        "rule": rule(counted.window),
    }
