"""The yearly report: figures with the rows they were counted from, the text, what does not fit together. Pure.

The text is the township's part of a 法治政府建设 report that concerns consultation, publicity, advisers, mediation,
study and disclosure.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from bot.ledger.activities import COMMUNITY_CONSULTATION, GUIDANCE, LECTURE, TRAINING
from bot.ledger.book import Line
from bot.ledger.fields import Row
from bot.ledger.figures import percent, visits
from bot.ledger.mediation import NO_AGREEMENT, ORAL, SUCCESS, WRITTEN

RATE = "rate"
PARAGRAPHS = (
    ("公共法律服务", "全年解答群众法律咨询{consultations}人次，开展法律咨询进社区（村）{community}场次。"),
    (
        "法治宣传教育",
        "开展法律宣传{publicity}次，发放宣传单、学习手册等资料{copies}份，受教育群众{audience}人次。",
    ),
    ("村（居）法律顾问", "法律顾问进村服务{visits}次，举办法治讲座{lectures}场次。"),
    (
        "人民调解",
        "有人民调解委员会{committees}个、人民调解员{mediators}名。组织调解业务培训{training}次，下基层指导{guidance}次。"
        "受理矛盾纠纷{mediations}件，其中达成书面协议{written}件、口头协议{oral}件，调解成功率{rate}。",
    ),
    ("学法和测试", "组织学法活动{study}场次、法律知识测试{exams}次。"),
    ("政府信息公开", "主动公开政府信息{disclosure}条。"),
)
"""Heading and text; each name in braces is a figure."""
ROUNDED = ("consultations", "community", "copies", "audience", "lectures", "guidance", "study")
"""Figures that a report gives roundly, unless the office decides otherwise."""
ROUNDING_RULE = (
    "标“余”的数只留最高一位，后面的舍去（612 写作 600余）；正好是整数的不写“余”，10 以下的照实写。其余的数都是实数。"
)
BOOKS = ("publicity", "visit", "guiding", "mediation", "study", "exam", "disclosure")
"""The ledgers of which a year's rows are counted; the registers are counted on its last day."""
_MANY_OTHERS, _MUCH = 0.2, 0.5


@dataclass(frozen=True)
class Figure:
    key: str
    label: str
    value: int
    unit: str
    how: str
    """How it is counted."""
    book: str
    """The ledger whose rows were counted."""
    numbers: tuple[str, ...]
    """Those rows; none for consultations, which have a page of their own."""

    @property
    def exact(self) -> str:
        """As it was counted, with its unit; a dash for a rate of nothing."""
        return f"{self.value}{self.unit}" if self.unit else "—"


@dataclass(frozen=True)
class Finding:
    """Something to look into before the report goes out."""

    text: str
    numbers: tuple[str, ...] = ()
    """The rows concerned."""


@dataclass(frozen=True)
class Part:
    """A piece of a paragraph: words, or a figure as it is written."""

    text: str
    key: str = ""


@dataclass(frozen=True)
class _Rule:
    """How a figure comes out of the rows of a book: so many rows, or the sum of a column."""

    key: str
    label: str
    unit: str
    how: str
    book: str
    counts: Callable[[Row], bool] = lambda _row: True
    column: str = ""


def _is(**wanted: str) -> Callable[[Row], bool]:
    return lambda row: all(row.get(key) == value for key, value in wanted.items())


def _ended(**wanted: str) -> Callable[[Row], bool]:
    return lambda row: bool(row.get("ended")) and _is(**wanted)(row)


_RULES = (
    _Rule("community", "法律咨询进社区", "场次", "形式是法律咨询进社区的", "publicity",
          _is(kind=COMMUNITY_CONSULTATION)),
    _Rule("publicity", "法律宣传", "次", "讲座和咨询进社区以外的", "publicity",
          lambda row: row.get("kind") not in (COMMUNITY_CONSULTATION, LECTURE)),
    _Rule("copies", "发放资料", "份", "发放资料相加", "publicity", column="copies"),
    _Rule("audience", "受教育群众", "人次", "受众相加", "publicity", column="people"),
    _Rule("visits", "法律顾问进村", "次", "一位顾问一天到一个村算一次", "visit"),
    _Rule("lectures", "法治讲座", "场次", "形式是讲座的", "publicity", _is(kind=LECTURE)),
    _Rule("committees", "人民调解委员会", "个", "12月31日在册的", "committee"),
    _Rule("mediators", "人民调解员", "名", "12月31日在册的", "mediator"),
    _Rule("training", "调解业务培训", "次", "形式是培训的", "guiding", _is(kind=TRAINING)),
    _Rule("guidance", "下基层指导", "次", "形式是下基层指导的", "guiding", _is(kind=GUIDANCE)),
    _Rule("mediations", "调解矛盾纠纷", "件", "当年受理的", "mediation"),
    _Rule("ended", "已结束的调解", "件", "当年受理、已经结束的", "mediation", _ended()),
    _Rule("written", "书面协议", "件", "已结束的，协议形式是书面的", "mediation", _ended(form=WRITTEN)),
    _Rule("oral", "口头协议", "件", "已结束的，协议形式是口头的", "mediation", _ended(form=ORAL)),
    _Rule("settled", "调解成功", "件", "已结束的，结果是成功的", "mediation", _ended(result=SUCCESS)),
    _Rule("study", "学法活动", "场次", "一行一场次", "study"),
    _Rule("exams", "法律知识测试", "次", "一行一次", "exam"),
    _Rule("disclosure", "主动公开政府信息", "条", "一行一条", "disclosure"),
)  # fmt: skip

KEYS = ("consultations", *(rule.key for rule in _RULES))
"""Figures that can be given roundly; the success rate never is."""


def figures(
    year: int, rows: Mapping[str, Sequence[Line]], registers: Mapping[str, Sequence[Line]], consultations: int
) -> dict[str, Figure]:
    """`rows` of BOOKS in the year, all rows of the registers, and the 人次 counted from the consultations."""
    last = dt.date(year, 12, 31).isoformat()
    in_office = {book: _in_office(listed, last) for book, listed in registers.items()}
    lines = {**rows, "visit": visits(rows["visit"]), **in_office}
    asked = Figure("consultations", "法律咨询", consultations, "人次", "按计数规则合并", "consultation", ())
    found = {asked.key: asked, **{rule.key: _figure(rule, lines[rule.book]) for rule in _RULES}}
    won, whole = found["settled"], found["ended"].value
    rate = percent(won.value, whole)
    how = f"成功 {won.value} ÷ 已结束 {whole}，四舍五入到百分之一" if whole else "还没有结束的调解，算不出"
    found[RATE] = Figure(RATE, "调解成功率", rate, "%" if whole else "", how, won.book, won.numbers)
    return found


def _figure(rule: _Rule, lines: Iterable[Line]) -> Figure:
    counted = [line for line in lines if rule.counts(line.row) and (not rule.column or line.row.get(rule.column))]
    value = sum(int(str(line.row[rule.column])) for line in counted) if rule.column else len(counted)
    return Figure(rule.key, rule.label, value, rule.unit, rule.how, rule.book, _numbers(counted))


def written(figure: Figure, rounded: Collection[str]) -> str:
    """The figure as the report writes it."""
    if figure.key == RATE:
        return figure.exact
    return roundly(figure.value) if figure.key in rounded else str(figure.value)


def roundly(value: int) -> str:
    """Cut off behind its first digit, with 余 when something was cut off: 612 is 600余, 600 is 600, 8 is 8."""
    step = 10 ** (len(str(value)) - 1)
    cut = value // step * step
    return f"{cut}余" if step > 1 and value > cut else str(value)


def paragraphs(found: Mapping[str, Figure], rounded: Collection[str]) -> list[tuple[str, list[Part]]]:
    """Heading and pieces, so that a page can lead from each figure to its rows."""
    texts = []
    for heading, template in PARAGRAPHS:
        parts = []
        for words, key, _, _ in Formatter().parse(template):
            parts += [Part(words)] if words else []
            parts += [Part(written(found[key], rounded), key)] if key else []
        texts.append((heading, parts))
    return texts


def findings(
    found: Mapping[str, Figure], before: Mapping[str, Figure], rows: Mapping[str, Sequence[Line]],
    registers: Mapping[str, Sequence[Line]], others: int, stated_rate: int | None = None,
) -> list[Finding]:  # fmt: skip
    """What does not fit together. `before` are last year's figures, `others` the 人次 without a kind of dispute,
    `stated_rate` a success rate that was given from elsewhere, in whole per cent."""
    return [
        *_mediation_findings(found, rows["mediation"]),
        *_rate_findings(found, stated_rate),
        *_missing(rows, registers),
        *_consultation_findings(found["consultations"].value, others),
        *_unlike_last_year(found, before),
    ]


def wins_for(rate: int, whole: int) -> list[int]:
    """How many successes of `whole` give this rate in whole per cent; none when no whole number does."""
    return [part for part in range(whole + 1) if percent(part, whole) == rate] if whole else []


def _mediation_findings(found: Mapping[str, Figure], mediation: Sequence[Line]) -> Iterator[Finding]:
    ended = [one for one in mediation if one.row.get("ended")]
    going_on = [one for one in mediation if not one.row.get("ended")]
    if going_on:
        yield Finding(f"有 {len(going_on)} 件调解还没有结束，不在成功率里", _numbers(going_on))
    formless = [one for one in ended if not one.row.get("form")]
    if formless:
        yield Finding(f"书面+口头+无≠已结束：有 {len(formless)} 件没有写协议形式", _numbers(formless))
    odd = [one for one in ended if one.row.get("result") != SUCCESS and one.row.get("form") in (WRITTEN, ORAL)]
    if odd:
        agreed = found["written"].value + found["oral"].value
        text = f"有协议的 {agreed} 件，调解成功的 {found['settled'].value} 件：有 {len(odd)} 件没有调成却写了协议形式"
        yield Finding(text, _numbers(odd))
    bare = [one for one in ended if one.row.get("result") == SUCCESS and one.row.get("form") == NO_AGREEMENT]
    if bare:
        yield Finding(f"有 {len(bare)} 件调解成功，却没有任何协议", _numbers(bare))


def _rate_findings(found: Mapping[str, Figure], stated: int | None) -> Iterator[Finding]:
    if stated is None or stated == found[RATE].value:
        return
    whole, won = found["ended"].value, found["settled"].value
    fits = wins_for(stated, whole)
    if not fits:
        yield Finding(f"给出的成功率 {stated}% 不对：{whole} 件里没有一个整数能得出它")
    else:
        need = f"{fits[0]} 件" if len(fits) == 1 else f"{fits[0]} 到 {fits[-1]} 件"
        yield Finding(f"给出的成功率 {stated}% 要有 {need}成功，台账里是 {won} 件（{found[RATE].value}%）")


def _missing(rows: Mapping[str, Sequence[Line]], registers: Mapping[str, Sequence[Line]]) -> Iterator[Finding]:
    homeless = [one for book in ("mediation", "visit") for one in rows[book] if not one.village]
    if homeless:
        yield Finding(f"有 {len(homeless)} 行没有写哪个村", _numbers(homeless))
    known = {one.row.get("name") for one in registers["committee"]}
    lost = [one for one in registers["mediator"] if one.row.get("committee") not in known]
    if lost:
        yield Finding(f"有 {len(lost)} 名调解员的调委会不在名册里", _numbers(lost))
    for book, key, what in (("publicity", "people", "受众"), ("publicity", "copies", "发放资料")):
        empty = [one for one in rows[book] if one.row.get(key) is None]
        if empty:
            yield Finding(f"普法活动有 {len(empty)} 行没有填{what}，合计里按 0 算", _numbers(empty))


def _consultation_findings(occasions: int, others: int) -> Iterator[Finding]:
    if occasions and others / occasions > _MANY_OTHERS:
        yield Finding(f"咨询里有 {others} 人次归在“其他”，占 {percent(others, occasions)}%，请看看能不能归类")


def _unlike_last_year(found: Mapping[str, Figure], before: Mapping[str, Figure]) -> Iterator[Finding]:
    for key, figure in found.items():
        was = before[key].value
        if not figure.value and key not in ("ended", "settled", RATE):
            yield Finding(f"{figure.label}是 0，请核对台账登记了没有")
        elif was and abs(figure.value - was) / was > _MUCH:
            yield Finding(f"{figure.label}是 {figure.value}{figure.unit}，上一年是 {was}{figure.unit}，差得多，请核对")


def _in_office(lines: Iterable[Line], on: str) -> list[Line]:
    return [one for one in lines if str(one.row["since"]) <= on < str(one.row.get("until") or "9999")]


def _numbers(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(one.number for one in lines)
