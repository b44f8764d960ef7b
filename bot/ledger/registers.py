"""The registers: mediation committees and mediators, of which the other ledgers choose."""

from bot.ledger.book import Book, in_order
from bot.ledger.fields import Field, Kind

COMMITTEE = Book(
    slug="committee", title="人民调解委员会", unit="个", day="since",
    headline=("name", "village", "chair", "since", "until"),
    fields=(
        Field("name", "名称", required=True, longest=40, help="例如 示范村调委会"),
        Field("village", "村", Kind.CHOICE, register="village", help="镇一级的空着"),
        Field("chair", "主任", longest=40),
        Field("since", "设立日期", Kind.DAY, ahead=True, required=True),
        Field("until", "撤销日期", Kind.DAY, ahead=True),
    ),
    checks=(in_order("since", "until"),), rule="在册：统计期最后一天已经设立、还没有撤销的。",
)  # fmt: skip
MEDIATOR = Book(
    slug="mediator", title="人民调解员", unit="名", day="since",
    headline=("name", "committee", "kind", "since", "until"),
    fields=(
        Field("name", "姓名", required=True, longest=40),
        Field("committee", "调委会", Kind.CHOICE, register="committee", required=True),
        Field("kind", "类别", Kind.CHOICE, choices=("专职", "兼职")),
        Field("since", "聘任日期", Kind.DAY, ahead=True, required=True),
        Field("until", "离任日期", Kind.DAY, ahead=True),
    ),
    village="", checks=(in_order("since", "until"),), rule="在册：统计期最后一天已经聘任、还没有离任的。",
)  # fmt: skip
