"""The ledgers of what the township does beside consultation and mediation."""

from collections.abc import Iterator

from bot.ledger.book import Book, Fault, in_order
from bot.ledger.fields import Field, Kind, Row
from knowledge.entry import TOPICS

COMMUNITY_CONSULTATION = "法律咨询进社区"
LECTURE = "讲座"
PUBLICITY_KINDS = ("法律宣传", COMMUNITY_CONSULTATION, LECTURE, "节点日活动", "其他")
TRAINING, GUIDANCE = TRAINING_KINDS = ("培训", "下基层指导")
PROTECTION_ORDER = "人身安全保护令申请书"

DAY = Field("day", "日期", Kind.DAY, required=True)
VILLAGE = Field("village", "村", Kind.CHOICE, register="village")
NOTE = Field("note", "备注", Kind.LONG, longest=1000)


def _scored(row: Row) -> Iterator[Fault]:
    if (row.get("average") is not None) != bool(row.get("people")):
        yield Fault("average", "参加人次和平均分要一起填")
    if row.get("average") is not None and float(str(row["average"])) > 100:
        yield Fault("average", "平均分按百分制填，不超过 100")


def _decided(row: Row) -> Iterator[Fault]:
    if bool(row.get("decision")) != bool(row.get("decided")):
        yield Fault("decided", "决定和决定日期要一起填")


def _screened(row: Row) -> Iterator[Fault]:
    found = row.get("found")
    for key, label in (("solved", "当场化解"), ("risk", "有激化风险的")):
        part = row.get(key)
        if isinstance(found, int) and isinstance(part, int) and part > found:
            yield Fault(key, f"{label}不能多于发现的 {found} 件")


VISIT = Book(
    slug="visit", title="顾问进村", unit="次", day="day", headline=("day", "village", "adviser", "what", "hours"),
    fields=(
        DAY,
        Field("village", "村", Kind.CHOICE, register="village", required=True),
        Field("adviser", "法律顾问", Kind.CHOICE, register="adviser", required=True, open=True, longest=40),
        Field("hours", "时长", Kind.DECIMAL, unit="小时"),
        Field("what", "事项", Kind.CHOICES, required=True,
              choices=("法律咨询", "讲座", "调解", "合同审查", "村规民约审查", "代写文书", "其他")),
        Field("people", "服务人次", Kind.COUNT, unit="人次"),
        NOTE,
    ),
    writers=("staff", "admin", "adviser"),
    rule="一位顾问一天到一个村算一次。",
)  # fmt: skip
PUBLICITY = Book(
    slug="publicity", title="普法活动", unit="场次", day="day", headline=("day", "kind", "title", "village", "people"),
    fields=(
        DAY, VILLAGE,
        Field("kind", "形式", Kind.CHOICE, choices=PUBLICITY_KINDS, required=True),
        Field("title", "主题", required=True),
        Field("place", "地点", longest=60),
        Field("people", "受众", Kind.COUNT, unit="人次"),
        Field("copies", "发放资料", Kind.COUNT, unit="份"),
        Field("speaker", "主讲或负责人", longest=40),
        NOTE,
    ),
    rule="一天一地一个主题算一场次。受众按现场人次填，公众号上的阅读另算，不计入。",
)  # fmt: skip
EXAM = Book(
    slug="exam", title="法律知识测试", unit="次", day="day", headline=("day", "title", "people", "average"),
    fields=(
        DAY,
        Field("title", "名称", required=True),
        Field("who", "参加对象", Kind.CHOICE, required=True,
              choices=("机关干部", "村干部", "调解员", "群众", "学生", "其他")),
        Field("people", "参加人次", Kind.COUNT, unit="人次"),
        Field("average", "平均分", Kind.DECIMAL, unit="分"),
        NOTE,
    ),
    village="", checks=(_scored,), rule="组织一次算一次，不论多少人参加。",
)  # fmt: skip
STUDY = Book(
    slug="study", title="学法活动", unit="场次", day="day", headline=("day", "title", "who", "people"),
    fields=(
        DAY,
        Field("title", "内容", required=True),
        Field("who", "参加对象", Kind.CHOICE, choices=("领导班子", "机关干部", "村干部", "其他"), required=True),
        Field("people", "参加人次", Kind.COUNT, unit="人次"),
        NOTE,
    ),
    village="", rule="组织一次算一场次。",
)  # fmt: skip
DISCLOSURE = Book(
    slug="disclosure", title="政府信息公开", unit="条", day="day", headline=("day", "title", "way"),
    fields=(
        DAY,
        Field("title", "信息名称", required=True),
        Field("way", "公开方式", Kind.CHOICE, required=True,
              choices=("网站", "公众号", "公示栏", "村务公开栏", "其他")),
        Field("reference", "文号或网址"),
        NOTE,
    ),
    village="", rule="一条信息登记一行；同一条在几处公开仍是一条。",
)  # fmt: skip
DRAFTING = Book(
    slug="drafting", title="代写文书", unit="件", day="day", headline=("day", "kind", "village", "writer", "decided"),
    fields=(
        DAY, VILLAGE,
        Field("kind", "文书种类", Kind.CHOICE, required=True,
              choices=("起诉状", "答辩状", "申请书", PROTECTION_ORDER, "协议书", "遗嘱", "其他")),
        Field("writer", "代写人", Kind.CHOICE, register="adviser", required=True, open=True, longest=40),
        Field("applicant", "申请人", secret=True, longest=60),
        Field("contact", "联系方式", secret=True, longest=60),
        Field("topic", "纠纷类型", Kind.CHOICE, choices=TOPICS),
        Field("handed_in", "递交日期", Kind.DAY),
        Field("urgent", "情况紧急", Kind.YES_NO,
              help="人身安全保护令：情况紧急的，法院应当在二十四小时内作出（反家庭暴力法第二十八条）"),
        Field("decided", "收到决定日期", Kind.DAY),
        NOTE,
    ),
    checks=(in_order("day", "handed_in", "decided"),), rule="一份文书登记一行。",
)  # fmt: skip
LEGAL_AID = Book(
    slug="legal-aid", title="法援转介", unit="件", day="day",
    headline=("day", "village", "matter", "handed_in", "decision"),
    fields=(
        DAY, VILLAGE,
        Field("applicant", "申请人", secret=True, required=True, longest=60),
        Field("contact", "联系方式", secret=True, longest=60),
        Field("matter", "事项", Kind.CHOICE, choices=TOPICS, required=True),
        Field("exempt", "免予核查经济困难", Kind.CHOICE,
              choices=("进城务工人员讨薪或工伤", "无固定生活来源的特定群体", "社会救助、司法救助或优抚对象", "其他"),
              help="法律援助法第四十二条；第三十二条所列的人不受经济困难条件限制"),
        Field("handed_in", "法援机构收到日期", Kind.DAY),
        Field("decision", "决定", Kind.CHOICE, choices=("给予援助", "不予援助", "撤回")),
        Field("decided", "决定日期", Kind.DAY),
        Field("appointed", "指派日期", Kind.DAY, help="决定之日起三日内指派（法律援助法第四十三条）"),
        NOTE,
    ),
    checks=(_decided, in_order("day", "handed_in", "decided", "appointed")), rule="一件申请登记一行。",
)  # fmt: skip
SCREENING = Book(
    slug="screening", title="矛盾排查", unit="次", day="day", headline=("day", "village", "found", "solved", "who"),
    fields=(
        DAY,
        Field("village", "村", Kind.CHOICE, register="village", required=True),
        Field("who", "排查人", required=True, longest=40),
        Field("found", "发现矛盾", Kind.COUNT, required=True, unit="件"),
        Field("solved", "当场化解", Kind.COUNT, unit="件"),
        Field("topics", "类型", Kind.CHOICES, choices=TOPICS),
        Field("risk", "有激化风险的", Kind.COUNT, unit="件"),
        NOTE,
    ),
    checks=(_screened,), rule="到一个村排查一次登记一行；进入调解的另在调解台账登记。",
)  # fmt: skip
GUIDING = Book(
    slug="guiding", title="调解培训和指导", unit="次", day="day",
    headline=("day", "kind", "title", "village", "people"),
    fields=(
        DAY, VILLAGE,
        Field("kind", "形式", Kind.CHOICE, choices=TRAINING_KINDS, required=True),
        Field("title", "内容", required=True),
        Field("people", "参加人次", Kind.COUNT, unit="人次"),
        NOTE,
    ),
    rule="组织一次培训、下去指导一次，各算一次。",
)  # fmt: skip
