"""The mediation ledger: one row a dispute, from acceptance to the filed folder (人民调解法第二十七条)."""

import datetime as dt
from collections.abc import Iterator

from bot.ledger.book import Book, Fault, in_order
from bot.ledger.fields import Field, Kind, Row
from bot.ledger.people import party
from knowledge.entry import TOPICS

SUCCESS, FAILURE, STOPPED = RESULTS = ("成功", "不成功", "终止")
WRITTEN, ORAL, NO_AGREEMENT = FORMS = ("书面", "口头", "无")
REJECTED, WITHDRAWN = "驳回", "撤回"
CONFIRMATION = dt.timedelta(days=30)
"""From the day the agreement takes effect (人民调解法第三十三条)."""
CONFIRMABLE, NOT_CONFIRMABLE = "可以", "身份、收养、婚姻关系，法院不受理"


def _ended(row: Row) -> Iterator[Fault]:
    result, form = row.get("result"), row.get("form")
    if bool(result) != bool(row.get("ended")):
        yield Fault("ended" if result else "result", "调解结果和结束日期要一起填，还没结束就都空着")
    if form and not result and not row.get("ended"):
        yield Fault("result", "写了协议形式，就要写调解结果和结束日期；还没结束的，协议形式先空着")
    if result and not form:
        yield Fault("form", "结束了的调解要写协议形式；没有协议写“无”")
    if result == SUCCESS and form == NO_AGREEMENT and row.get("confirmed"):
        yield Fault("confirmed", "没有协议，不能申请司法确认")


def _agreement(row: Row) -> Iterator[Fault]:
    form = row.get("form")
    if form in (WRITTEN, ORAL):
        if not row.get("agreement"):
            why = "口头协议也要记录内容（人民调解法第二十八条）" if form == ORAL else "书面协议要写主要内容"
            yield Fault("agreement", why)
        if not row.get("effective"):
            starts = "达成" if form == ORAL else "签名盖章"
            article = "三十" if form == ORAL else "二十九"
            yield Fault("effective", f"有协议要写生效日，从{starts}之日起（人民调解法第{article}条）")
    elif form == NO_AGREEMENT and row.get("effective"):
        yield Fault("effective", "协议形式写了“无”，就没有生效日")


def _consented(row: Row) -> Iterator[Fault]:
    if row.get("consent") is False and row.get("result") == SUCCESS:
        yield Fault("consent", "双方不同意的不得调解（人民调解法第十七条），结果又写了成功，请核对")


def _confirmed(row: Row) -> Iterator[Fault]:
    if row.get("confirmable") == NOT_CONFIRMABLE and row.get("confirm_wanted"):
        yield Fault("confirm_wanted", "写了法院不受理，就不能填“是”")
    applied, effective = row.get("confirmed"), row.get("effective")
    if applied and row.get("confirmable") == NOT_CONFIRMABLE:
        yield Fault("confirmable", "写了法院不受理，就没有司法确认申请日")
    if applied and effective and row.get("confirm_result") not in (REJECTED, WITHDRAWN):
        last = dt.date.fromisoformat(str(effective)) + CONFIRMATION
        if str(applied) > last.isoformat():
            why = f"生效日起三十日到 {last} 为止（人民调解法第三十三条），请核对两个日期；过了期的，结果写驳回或撤回"
            yield Fault("confirmed", why)


def _failed(row: Row) -> Iterator[Fault]:
    if row.get("result") in (FAILURE, STOPPED) and not row.get("ways_told"):
        yield Fault("ways_told", "没有调成的，要告知仲裁、行政、司法途径（人民调解法第二十六条），告知后填“是”")


def _escalating(row: Row) -> Iterator[Fault]:
    if row.get("escalation_reported") and not row.get("escalation"):
        yield Fault("escalation", "写了报告日期，就要写明有激化风险")


MEDIATION = Book(
    slug="mediation", title="调解", unit="件", day="accepted", series="committee",
    headline=("accepted", "committee", "topic", "result", "form", "mediator"),
    fields=(
        Field("accepted", "受理日期", Kind.DAY, required=True),
        Field("committee", "调委会", Kind.CHOICE, register="committee", required=True),
        Field("village", "村", Kind.CHOICE, register="village"),
        Field("mediator", "调解员", Kind.CHOICE, register="mediator", required=True, open=True, longest=40),
        Field("recorder", "记录人", longest=40),
        Field("source", "来源", Kind.CHOICE, required=True, choices=("当事人申请", "主动调解", "委托移送"),
              help="从咨询转来的写“当事人申请”"),
        *party("applicant", "申请人"),
        *party("respondent", "被申请人"),
        Field("others", "其他当事人", Kind.LONG, secret=True, longest=500),
        Field("consent", "双方同意调解", Kind.YES_NO, help="一方明确拒绝的，不得调解（人民调解法第十七条）"),
        Field("rights_told", "已告知权利义务", Kind.YES_NO),
        Field("topic", "纠纷类型", Kind.CHOICE, choices=TOPICS, required=True),
        Field("difficulty", "难度", Kind.CHOICE, choices=("一般", "疑难", "重大")),
        Field("people", "涉及人数", Kind.COUNT, unit="人"),
        Field("amount", "涉及金额", Kind.MONEY, unit="元"),
        Field("facts", "事实与争议", Kind.LONG, required=True, longest=4000),
        Field("escalation", "激化风险", longest=300,
              help="可能引起治安、刑事案件的，应当及时报告（人民调解法第二十五条）"),
        Field("escalation_reported", "激化风险报告日期", Kind.DAY),
        Field("ended", "结束日期", Kind.DAY),
        Field("result", "调解结果", Kind.CHOICE, choices=RESULTS),
        Field("form", "协议形式", Kind.CHOICE, choices=FORMS, help="与调解结果分开统计"),
        Field("agreement", "协议内容", Kind.LONG, longest=4000),
        Field("effective", "协议生效日", Kind.DAY),
        Field("perform_how", "履行方式", longest=300),
        Field("perform_by", "履行期限", Kind.DAY, ahead=True),
        Field("performed", "履行情况", Kind.CHOICE, choices=("已履行", "部分履行", "未履行")),
        Field("visited", "回访日期", Kind.DAY),
        Field("visit_words", "回访情况", Kind.LONG, longest=1000),
        Field("confirmable", "能否司法确认", Kind.CHOICE, choices=(CONFIRMABLE, NOT_CONFIRMABLE)),
        Field("confirm_wanted", "双方要司法确认", Kind.YES_NO),
        Field("confirmed", "司法确认申请日", Kind.DAY,
              help="自协议生效之日起三十日内，双方共同申请（人民调解法第三十三条）"),
        Field("confirm_result", "司法确认结果", Kind.CHOICE, choices=("有效", REJECTED, WITHDRAWN)),
        Field("ways_told", "已告知其他途径", Kind.YES_NO),
        Field("materials", "材料清单", Kind.LONG, longest=1000),
        Field("filed", "归档日期", Kind.DAY),
    ),
    checks=(
        _ended, _agreement, _consented, _confirmed, _failed, _escalating,
        in_order("accepted", "ended", "filed"), in_order("accepted", "effective", "confirmed"),
        in_order("effective", "visited"),
    ),
    writers=("staff", "admin", "mediator"),
    parts=(
        ("accepted", "受理"), ("applicant_name", "当事人"), ("consent", "纠纷"), ("ended", "结果和协议"),
        ("perform_how", "履行和回访"), ("confirmable", "司法确认"), ("ways_told", "告知和归档"),
    ),
    rule="按受理日期统计，一件纠纷一行。书面+口头+无=已结束的件数；调成率=成功÷已结束，不足一个百分点的四舍五入。",
)  # fmt: skip
