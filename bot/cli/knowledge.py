"""Commands about what is known: law, ask, evaluate, knowledge check|lock|fit."""

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from bot import clock
from bot.cli.options import AsJson, console, print_json
from handlers import phrases
from knowledge import check as lint
from knowledge.corpus import DATA, DRAFTS, load
from knowledge.desk import Desk
from knowledge.entry import Citation
from knowledge.evaluate import Tally, evaluate, prediction, read_questions
from knowledge.statutes import Statutes
from knowledge.text import Normaliser, Tables

group = typer.Typer(help="检查和维护知识库。", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.command(help="查法条原文，例如 legalbot law 民法典 1079。")(law)
    app.command(help="问一句话，看机器人怎么答、为什么。")(ask)
    app.command("evaluate", help="用标注过的问题测准确率。")(evaluate_file)
    app.add_typer(group, name="knowledge")


def law(
    name: Annotated[str, typer.Argument(metavar="法律", help="法律名，不用写“中华人民共和国”。")],
    number: Annotated[str, typer.Argument(metavar="条号", help="例如 1079 或 133之一。")],
) -> None:
    statutes = Statutes()
    try:
        citation = Citation.parse(f"{name.removeprefix('中华人民共和国')}#{number}")
    except ValueError:
        raise typer.BadParameter("条号要写成 1079 或 133之一 这样") from None
    article = statutes.article(citation, _today())
    if not article:
        console.print(f"没有找到《{citation.law}》{citation.article}。请核对法律名和条号。", style="red", markup=False)
        raise typer.Exit(1)
    status = statutes.statuses.get(citation.law)
    doubt = "（效力待律师确认）" if status and status.status == "doubtful" else ""
    title = f"《{citation.law}》{article.label}{doubt}　{article.version}文本，{article.effective}起施行"
    console.print(f"{title}\n{article.text}", markup=False)


def ask(question: Annotated[str, typer.Argument(metavar="问题")], as_json: AsJson = False) -> None:
    desk = Desk.open(_today())
    row = prediction(desk, question)
    reply = _reply(desk, question, row["decision"], row["candidates"])
    if as_json:
        print_json({"id": "ask", **row, "reply": reply})
        return
    console.print(reply, markup=False)
    console.print(
        f"\n决定：{row['decision']}　把握：{row['score']:.2f}　读作：{desk.matcher.spell(question)}", style="dim"
    )
    for candidate in row["candidates"]:
        entry = desk.entry(candidate["entry"])
        console.print(f"  {candidate['score']:.2f}　{entry.question}　[{entry.id}]", style="dim", markup=False)


def _reply(desk: Desk, question: str, decision: str, candidates: list[dict[str, str]]) -> str:
    """The text a resident would receive, without the consultation's number, which only the running bot gives out."""
    if danger := desk.danger(question):
        return phrases.DANGER[danger]
    if chatter := desk.chatter(question):
        return phrases.SMALL_TALK[chatter]
    if decision == "answer":
        return phrases.answer(desk.entry(candidates[0]["entry"]))
    if decision == "choices":
        return phrases.choices([entry.question for entry in desk.decide(question).offered])
    return phrases.HANDED_OVER_WITHOUT_NUMBER


def evaluate_file(
    questions: Annotated[Path, typer.Argument(metavar="问题文件", exists=True, dir_okay=False)],
    predictions: Annotated[Path | None, typer.Option(help="把每个问题的决定写到这个文件，每行一个 JSON。")] = None,
) -> None:
    rows = read_questions(questions)
    desk = Desk.open(_today())
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("评测", total=len(rows))
        found, tally = evaluate(desk, rows, lambda: progress.advance(task))
    if predictions:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in found)
        predictions.write_text("".join(lines), encoding="utf-8")
    console.print(_tally_table(tally))


def _tally_table(tally: Tally) -> Table:
    table = Table("指标", "数值", title=f"{tally.questions} 个问题")
    civil, other = max(tally.civil, 1), max(tally.other, 1)
    for name, hit in zip(("首条命中", "前三命中", "前五命中"), tally.hits, strict=True):
        table.add_row(f"{name}（民法典 {tally.civil} 题）", f"{hit / civil:.3f}")
    table.add_row("直接回答的比例", f"{tally.answered / civil:.3f}")
    table.add_row("直接回答的准确率", f"{tally.right / max(tally.answered, 1):.3f}")
    table.add_row(f"其他法律 {tally.other} 题中答错的比例", f"{tally.other_wrong / other:.3f}")
    return table


@group.command(help="检查知识库：法条、数字、重复、长度。有错误时退出码为 1。")
def check(
    only: Annotated[str, typer.Option(help="只显示含有这段文字的错误，例如文件夹名。")] = "",
    on: Annotated[str, typer.Option(help="按哪一天的法律检查，例如 2027-01-01。")] = "",
    drafts: Annotated[bool, typer.Option("--drafts", help="连同还没审的草稿（data/drafts）一起检查。")] = False,
) -> None:
    corpus, statutes = load(DATA, DRAFTS) if drafts else load(), Statutes()
    try:
        day = dt.date.fromisoformat(on) if on else _today()
    except ValueError:
        raise typer.BadParameter("日期要写成 2027-01-01 这样", param_hint="--on") from None
    faults = lint.check(corpus, statutes, Normaliser(Tables.load()), day, phrases.answer)
    shown = [fault for fault in faults if only in str(fault)]
    for fault in shown:
        console.print(str(fault), style="red", markup=False)
    for entry, citation, why in lint.for_the_lawyer(corpus, statutes):
        if only in entry.place:
            console.print(
                f"请律师确认：{entry.id} 引用《{citation.law}》{citation.article}（{why}）",
                style="yellow",
                markup=False,
            )
    articles = len(lint.cited(corpus))
    console.print(f"{len(corpus)} 条，引用 {articles} 个法条，{len(shown)} 处错误。")
    if shown:
        raise typer.Exit(1)


@group.command(help="重读过法条以后，登记所有被引用法条的现行文字。")
def lock() -> None:
    count = lint.write_lock(load(DATA, DRAFTS), Statutes(), _today())
    console.print(f"登记了 {count} 个法条。")


@group.command(help="用标注过的问题重新拟合把握程度（需要 pip install 'legalbot[fit]'）。")
def fit(questions: Annotated[list[Path], typer.Argument(metavar="问题文件…", exists=True, dir_okay=False)]) -> None:
    from knowledge.fit import fit as fit_confidence  # noqa: PLC0415 - needs an extra

    console.print(fit_confidence(Desk.open(_today()), questions))


def _today() -> dt.date:
    return clock.local(clock.now()).date()
