"""The consultation ledger: what the account does not know of a consultation, and those entered by hand."""

from collections.abc import Iterator
from dataclasses import replace

from bot.ledger.book import Book, Fault, in_order
from bot.ledger.fields import Field, Kind, Row
from bot.ledger.people import AGES, CATEGORIES, CONTACT_HELP, SEXES
from bot.store.counting import BOT
from knowledge.entry import TOPICS

BY_HAND = ("电话", "来访", "微信群", "驻村")
_SENSITIVE = frozenset(("残疾人", "未成年人"))
OUTCOMES = ("当场答复", "约期", "转顾问", "转调解", "转法援", "转部门")


def _identity(row: Row) -> Iterator[Fault]:
    if row.get("name") and row.get("anonymous"):
        yield Fault("anonymous", "写了姓名，就不是匿名")


def _sensitive(row: Row) -> Iterator[Fault]:
    categories = row.get("category")
    told = row.get("age") == AGES[0] or (isinstance(categories, list) and not _SENSITIVE.isdisjoint(categories))
    if row.get("consented") is False and told:
        yield Fault("consented", "没有同意的，请去掉残疾人、未成年人、14岁以下（个人信息保护法第二十九、三十一条）")


def _answered(row: Row) -> Iterator[Fault]:
    if row.get("outcome") == OUTCOMES[0] and not row.get("answer"):
        yield Fault("answer", "当场答复的，要写答复了什么")
    if row.get("outcome") in OUTCOMES[3:] and not row.get("answer"):
        yield Fault("answer", "转出去的，要写怎么告诉他的：去哪里、带什么")
    if row.get("answerer") == BOT:
        yield Fault("answerer", f"“{BOT}”是公众号自己答复的，手工登记请写是谁答复的")
    if row.get("answer") and not row.get("answerer"):
        yield Fault("answerer", "写了答复，就要写是谁答复的")


CONSULTATION = Book(
    slug="consultation", title="咨询", unit="宗", day="day",
    headline=("day", "channel", "village", "topic", "question", "outcome"),
    fields=(
        Field("day", "咨询日期", Kind.DAY, required=True),
        Field("channel", "渠道", Kind.CHOICE, choices=BY_HAND, required=True),
        Field("village", "村", Kind.CHOICE, register="village"),
        Field("group", "组", longest=20),
        Field("name", "咨询人", secret=True, longest=60, help="选填，不强求"),
        Field("anonymous", "拒绝提供身份", Kind.YES_NO),
        Field("sex", "性别", Kind.CHOICE, choices=SEXES),
        Field("age", "年龄段", Kind.CHOICE, choices=AGES),
        Field("category", "人员类别", Kind.CHOICES, choices=CATEGORIES),
        Field("contact", "联系方式", secret=True, longest=60, help=CONTACT_HELP),
        Field("consented", "同意登记敏感信息", Kind.YES_NO,
              help="身份、健康、未成年人等敏感信息要单独同意（个人信息保护法第二十九条），不满十四岁的要监护人同意（第三十一条）"),
        Field("topic", "纠纷类型", Kind.CHOICE, choices=TOPICS, required=True),
        Field("tags", "其他类型", Kind.CHOICES, choices=TOPICS),
        Field("question", "问题", Kind.LONG, required=True, longest=4000),
        Field("answer", "答复", Kind.LONG, longest=4000),
        Field("law", "法条", longest=300, help="例如 民法典第1079条"),
        Field("answerer", "答复人", Kind.CHOICE, register="adviser", open=True, longest=40),
        Field("outcome", "结果", Kind.CHOICE, choices=OUTCOMES, required=True),
        Field("aid_told", "已提示法律援助权利", Kind.YES_NO),
        Field("serious", "紧急或重大", longest=200),
        Field("serious_reported", "报告日期", Kind.DAY),
        Field("satisfaction", "满意度", Kind.CHOICE, choices=("1", "2", "3", "4", "5"), help="5 最满意"),
        Field("visited", "回访日期", Kind.DAY),
        Field("visit_words", "回访情况", Kind.LONG, longest=1000),
    ),
    checks=(_identity, _sensitive, _answered, in_order("day", "visited")),
    parts=(
        ("day", "哪天、从哪里来"), ("name", "咨询人"), ("topic", "问了什么"), ("answer", "怎么答的"),
        ("satisfaction", "满意度和回访"),
    ),
    rule="",  # the counting rule depends on the configured window and is printed with it
)  # fmt: skip
KNOWN_TO_ACCOUNT = ("day", "channel", "village", "topic", "question", "answer", "answerer", "outcome", "satisfaction")
"""Columns that a consultation which came through the account already has, and which only its own life changes."""
PARTICULARS = replace(
    CONSULTATION,
    fields=tuple(one for one in CONSULTATION.fields if one.key == "day" or one.key not in KNOWN_TO_ACCOUNT),
)
"""What is written beside such a consultation; its day, which is known, is what other dates are checked against."""
