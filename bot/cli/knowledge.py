"""Commands about what is known: law, ask, evaluate, and knowledge check|lock|fit|try|stats|uncited|gaps|book."""

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from bot import app as root
from bot import clock
from bot.cli.options import AsJson, ConfigFile, console, print_json, settings
from handlers import phrases
from knowledge import book as handbook
from knowledge import check as lint
from knowledge import publicity, quiz
from knowledge.corpus import DATA, DRAFTS, load
from knowledge.decide import features
from knowledge.desk import Desk
from knowledge.entry import Citation
from knowledge.evaluate import Tally, evaluate, prediction, read_questions
from knowledge.fault import KnowledgeError
from knowledge.gaps import gaps as find_gaps
from knowledge.gaps import skeleton
from knowledge.stats import CODE, stats, uncited
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
    try:
        publicity.load(corpus)
        quiz.load(corpus, statutes, day)
    except KnowledgeError as error:
        faults = [*faults, *error.faults]
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
    for entry, number in lint.unverified(corpus, statutes, day):
        if only in entry.place:
            named = f"，其中“{number}”没有核实" if number else ""
            console.print(
                f"请律师核对：{entry.id} 还依据{'、'.join(entry.source)}{named}", style="yellow", markup=False
            )
    for law, start, count in lint.coming(corpus, statutes, _today()):
        console.print(f"新法将施行：《{law}》{start} 起换新文本，现有 {count} 条引用它", style="yellow")
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


@group.command("try", help="一句话是怎么排名、为什么这样决定的。")
def try_out(question: Annotated[str, typer.Argument(metavar="问题")]) -> None:
    desk = Desk.open(_today())
    if screened := desk.danger(question) or desk.chatter(question):
        console.print(f"不经过知识库：{screened}")
        return
    ranking, decision = desk.matcher.rank(question), desk.decide(question)
    console.print(f"读作：{ranking.text}\n决定：{decision.kind}（{decision.reason}）", markup=False)
    confidence = desk.confidence
    console.print(
        f"把握 {decision.score:.3f}；{confidence.answer} 以上直接答，{confidence.choices} 以上让居民选，再低转给人；"
        f"领先第二名至少 {confidence.margin:.0%}"
    )
    table = Table("条目", "总分", "BM25", "覆盖", "最像", "含有", "法条", "最近的问法")
    for one in ranking.candidates:
        numbers = (one.score, one.bm25, one.coverage, one.ratio, one.contained, one.law)
        table.add_row(one.entry.id, *(f"{number:.2f}" for number in numbers), one.phrasing)
    console.print(table)
    if ranking.candidates:
        weights = Table("特征", "数值", "系数", "乘积", title="把握是怎么来的")
        for name, value in features(ranking).items():
            weight = confidence.coefficients[name]
            weights.add_row(name, f"{value:.2f}", f"{weight:.2f}", f"{value * weight:+.2f}")
        console.print(weights)
    near = "；".join(f"《{one.law}》{one.article} {likeness:.2f}" for one, likeness in ranking.articles)
    console.print(f"最近的法条：{near}")


@group.command("stats", help="知识库有多少：领域、纠纷类型、先找谁、问法、引用的法条。")
def show_stats(as_json: AsJson = False) -> None:
    found = stats(load())
    if as_json:
        print_json(vars(found))
        return
    console.print(f"{found.entries} 条，{found.phrasings} 种问法，引用 {found.by_law.total()} 个法条")
    parts = {
        "领域": found.by_field, "纠纷类型": found.by_topic, "先找谁": found.by_service, "引用的法律": found.by_law,
    }  # fmt: skip
    for title, counts in parts.items():
        table = Table(title, "数量")
        for name, count in counts.most_common():
            table.add_row(name, str(count))
        console.print(table)


@group.command("uncited", help="民法典里没有条目引用的法条，和不引用的理由。没写理由的有一条就退出码 1。")
def show_uncited() -> None:
    rows = uncited(load(), Statutes(), _today())
    for row in rows:
        style = None if row.why else "red"
        console.print(f"《{CODE}》{row.article.citation.article}　{row.why or '还没写理由'}", style=style, markup=False)
    missing = sum(not row.why for row in rows)
    console.print(f"{len(rows)} 条没有条目引用，其中 {missing} 条没写理由。")
    if missing:
        raise typer.Exit(1)


@group.command("gaps", help="居民问了、机器人没答上或没解决的问题，归成堆，附上待写的条目。")
def show_gaps(
    config: ConfigFile = None,
    days: Annotated[int, typer.Option(min=1, help="看最近多少天。")] = 90,
    most: Annotated[int, typer.Option(min=1, help="最多列多少堆。")] = 20,
) -> None:
    since = clock.now() - dt.timedelta(days=days)
    with root.open_database(settings(config)).reading() as unit:
        questions = unit.consultations.unanswered(since)
    found = find_gaps(Desk.open(_today()), questions)
    console.print(f"最近 {days} 天有 {len(questions)} 个问题没答上，归成 {len(found)} 堆。")
    for number, gap in enumerate(found[:most], 1):
        console.rule(f"第 {number} 堆，{len(gap.questions)} 个问题")
        near = "；".join(f"{entry.question} [{entry.id}]" for entry in gap.nearest)
        console.print(f"最近的条目：{near or '没有'}\n", markup=False)
        console.print(skeleton(gap, _today()), markup=False, soft_wrap=True)


@group.command(help="把知识库印成手册：一个文件夹的网页，给律师审核、打印。")
def book(out: Annotated[Path, typer.Argument(metavar="文件夹", file_okay=False)]) -> None:
    written = handbook.pages(load(), Statutes(), _today())
    out.mkdir(parents=True, exist_ok=True)
    for page in written:
        (out / page.name).write_text(page.html, encoding="utf-8")
    console.print(f"写好了 {len(written)} 个网页，用浏览器打开 {out / 'index.html'}", markup=False)


def _today() -> dt.date:
    return clock.local(clock.now()).date()
