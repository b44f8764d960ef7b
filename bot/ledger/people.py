"""Columns about people, the same in every ledger: no more than is needed (个人信息保护法第六条)."""

from bot.ledger.fields import Field, Kind

SEXES = ("男", "女")
AGES = ("14岁以下", "14至17岁", "18至59岁", "60岁以上")
CATEGORIES = ("老年人", "未成年人", "残疾人", "妇女", "农民工", "军人军属", "其他")
CONTACT_HELP = "选填。加密保存，页面上只显示一部分，看全号会留下记录"


def party(prefix: str, title: str) -> tuple[Field, ...]:
    """One side of a dispute."""
    return (
        Field(f"{prefix}_name", f"{title}姓名", secret=True, required=True, longest=60),
        Field(f"{prefix}_sex", f"{title}性别", Kind.CHOICE, choices=SEXES),
        Field(f"{prefix}_age", f"{title}年龄", Kind.COUNT, unit="岁"),
        Field(f"{prefix}_address", f"{title}住址", secret=True),
        Field(f"{prefix}_contact", f"{title}联系方式", secret=True, longest=60, help=CONTACT_HELP),
    )
