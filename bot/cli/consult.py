"""Commands for advisers and staff: consult list|show|media|answer|stuck|retry|told, failed."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot import app as root
from bot import clock
from bot.cli.options import AsJson, ConfigFile, console, print_json, settings
from bot.store.consultations import Case, Said
from bot.store.media import ENDINGS
from handlers import phrases

group = typer.Typer(help="顾问答复居民的咨询。", no_args_is_help=True)

_AUTHORS = {"resident": "居民", "adviser": "顾问", "bot": "机器人", "note": "备注"}
_KINDS = {"image": "图片", "voice": "语音", "video": "视频", "location": "位置", "link": "链接", "other": "其他"}


def add_to(app: typer.Typer) -> None:
    app.add_typer(group, name="consult")
    app.command(help="列出处理失败和读不懂的消息，供工作人员查看。")(failed)


@group.command("list", help="列出等人答复的咨询：急的在前，再按答复期限。")
def list_open(config: ConfigFile = None, as_json: AsJson = False) -> None:
    with root.open_database(settings(config)).reading() as unit:
        cases = unit.consultations.queue()
    if as_json:
        print_json([_plain(case) for case in cases])
        return
    table = Table("编号", "急", "村", "由谁答复", "最晚", "问题", title=f"等答复的咨询 {len(cases)} 件")
    for case in cases:
        due = phrases.moment(case.due_at) if case.due_at else "等居民补充"
        overdue = case.nobody_left or (case.due_at is not None and case.due_at < clock.now())
        table.add_row(
            case.number, phrases.DANGER_NAMES.get(case.urgent, ""), case.village or "未说明", case.adviser or "未分配",
            f"{due}（已超时）" if overdue else due, phrases.shorten(case.question, 40),
            style="red" if case.urgent or overdue else None,
        )  # fmt: skip
    console.print(table)


@group.command(help="看一件咨询的全部内容。")
def show(
    number: Annotated[str, typer.Argument(metavar="编号")], config: ConfigFile = None, as_json: AsJson = False
) -> None:
    with root.open_database(settings(config)).reading() as unit:
        case = unit.consultations.by_number(number)
        turns = unit.consultations.conversation(case.id)
    if as_json:
        print_json({**_plain(case), "turns": [_said(turn) for turn in turns]})
        return
    urgent = f"　急：{phrases.DANGER_NAMES[case.urgent]}" if case.urgent else ""
    console.print(
        f"{case.number}　{case.village or '未说明哪个村'}　{case.topic}　{case.outcome}{urgent}", markup=False
    )
    for turn in turns:
        what = (
            turn.text if turn.kind == "text" else f"（{_KINDS.get(turn.kind, turn.kind)}）{turn.text} {turn.media_id}"
        )
        console.print(f"{phrases.moment(turn.said_at)} {turn.who or _AUTHORS[turn.author]}：{what}", markup=False)
    if case.answer and case.entry_id:
        console.print(f"机器人答过：{case.answer}（反馈：{case.feedback or '无'}）", markup=False)


@group.command(help="把居民发来的照片和语音存成文件；没取到的写明原因。")
def media(
    number: Annotated[str, typer.Argument(metavar="编号")],
    out: Annotated[Path, typer.Option("--out", help="存到这个文件夹。里面是居民的隐私，用完请删掉。")],
    config: ConfigFile = None,
) -> None:
    with root.open_database(settings(config)).reading() as unit:
        found = unit.media.of(unit.consultations.by_number(number).id)
        contents = {one.turn_id: unit.media.content(one.turn_id) for one in found}
    out.mkdir(parents=True, exist_ok=True)
    for place, one in enumerate(found, 1):
        if one.kind:
            file = out / f"{number}-{place}{ENDINGS.get(one.kind, '.bin')}"
            file.write_bytes(contents[one.turn_id])
            console.print(f"第 {place} 份存在 {file}", markup=False)
        else:
            console.print(f"第 {place} 份没有取到：{one.error or '还没有去取，请过一会儿再试'}", markup=False)
    if not found:
        console.print("这件咨询没有照片和语音。")


@group.command(help="答复一件咨询；答复放进取件箱，居民下次发消息时收到。")
def answer(
    number: Annotated[str, typer.Argument(metavar="编号")],
    text: Annotated[str, typer.Argument(metavar="答复", help="用大白话，先说结论，再说怎么办。")],
    by: Annotated[str, typer.Option("--by", help="谁答的；不写就是分到的顾问。")] = "",
    config: ConfigFile = None,
) -> None:
    chosen = settings(config)
    casework = root.casework(chosen)
    with root.open_database(chosen).unit() as unit:
        case = unit.consultations.by_number(number)
        name = by or case.adviser or "法律顾问"
        if by and unit.advisers.all():
            name = unit.advisers.named(by).name
        casework.answer(unit, case.id, text, name, clock.now())
        unit.commit()
    console.print(f"{number} 已答复，放进了取件箱。居民下次发任何消息时就会收到。")


@group.command(help="列出卡住的答复和提醒：没有渠道能送，或者居民一直没来取。打电话告诉了用 told，要再送用 retry。")
def stuck(config: ConfigFile = None, as_json: AsJson = False) -> None:
    chosen = settings(config)
    since = clock.now() - dt.timedelta(hours=chosen.delivery.uncollected_hours)
    with root.open_database(chosen).reading() as unit:
        rows = unit.outbox.stuck(since)
    if as_json:
        print_json([{**asdict(row), "created_at": row.created_at.isoformat()} for row in rows])
        return
    table = Table("号", "咨询", "给谁", "为什么", "什么时候写的", title=f"卡住的 {len(rows)} 件")
    for row in rows:
        table.add_row(str(row.id), row.number, row.to, row.why, phrases.moment(row.created_at))
    console.print(table)


Stuck = Annotated[int, typer.Argument(metavar="号", help="legalbot consult stuck 第一列的号。")]


@group.command(help="把一件卡住的重新送一遍，每个渠道都再试。")
def retry(number: Stuck, config: ConfigFile = None) -> None:
    with root.open_database(settings(config)).unit() as unit:
        unit.outbox.retry(number, clock.now())
        unit.commit()
    console.print("已放回去，马上再送。")


@group.command(help="记下：这件已经打电话告诉了。")
def told(
    number: Stuck, by: Annotated[str, typer.Option("--by", help="谁打的电话。")], config: ConfigFile = None
) -> None:
    chosen = settings(config)
    with root.open_database(chosen).unit() as unit:
        root.casework(chosen).told(unit, number, by, clock.now())
        unit.commit()
    console.print(f"记下了：{by}已打电话告诉。")


def failed(config: ConfigFile = None) -> None:
    with root.open_database(settings(config)).reading() as unit:
        kept = unit.inbox.for_staff()
    table = Table("时间", "错误号", "情况", "内容", title=f"要人看一眼的消息 {len(kept)} 条")
    for row in kept:
        state = "处理失败" if row.state == "failed" else "读不懂"
        table.add_row(phrases.moment(row.received_at), row.error_id, state, phrases.shorten(row.content, 60))
    console.print(table)


def _plain(case: Case) -> dict[str, object]:
    row = asdict(case)
    for key in ("id", "person_id"):
        del row[key]
    return {key: value.isoformat() if isinstance(value, dt.datetime) else value for key, value in row.items()}


def _said(turn: Said) -> dict[str, str]:
    row = {**asdict(turn), "said_at": turn.said_at.isoformat()}
    del row["id"]
    return row
