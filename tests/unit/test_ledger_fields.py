"""What a clerk types becomes a value, or a sentence that says what to write instead."""

import pytest

from bot.ledger.fields import Field, FieldFault, Kind, Value

REGISTERS = {"village": ("甲山村", "乙水村"), "committee": ()}


def field(kind: Kind, **more: object) -> Field:
    return Field("it", "这一项", kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (Kind.TEXT, "  两个  词 ", "两个 词"),
        (Kind.LONG, "第一行\n第二行\n", "第一行\n第二行"),
        (Kind.DAY, "2026-3-5", "2026-03-05"),
        (Kind.DAY, "2026年3月5日", "2026-03-05"),
        (Kind.DAY, "２０２６．３．５", "2026-03-05"),
        (Kind.DAY, "2026-03-05 00:00:00", "2026-03-05"),
        (Kind.COUNT, "1,200", 1200),
        (Kind.COUNT, "12.0", 12),
        (Kind.DECIMAL, "2.5", "2.5"),
        (Kind.DECIMAL, "２", "2"),
        (Kind.MONEY, "1200元", "1200.00"),
        (Kind.MONEY, "１２００．５", "1200.50"),
        (Kind.YES_NO, "有", True),
        (Kind.YES_NO, "否", False),
        (Kind.TEXT, " ", None),
    ],
)
def test_what_is_typed_is_understood(kind: Kind, typed: str, value: Value) -> None:
    assert field(kind).read(typed, REGISTERS) == value


@pytest.mark.parametrize(
    ("kind", "typed", "heard"),
    [
        (Kind.DECIMAL, "2.55", "最多一位小数"),
        (Kind.DAY, "2026-02-30", "不是日期，请写成"),
        (Kind.DAY, "去年", "不是日期"),
        (Kind.COUNT, "600余", "不写“余”"),
        (Kind.COUNT, "-3", "不是数"),
        (Kind.COUNT, "1.5", "不是数"),
        (Kind.MONEY, "1.234", "不是金额"),
        (Kind.MONEY, "NaN", "不是金额"),
        (Kind.YES_NO, "也许", "只能填“是”或“否”"),
        (Kind.TEXT, "长" * 201, "最多 200 个字，现在 201 个"),
    ],
)
def test_what_is_wrong_is_said_with_the_fix(kind: Kind, typed: str, heard: str) -> None:
    with pytest.raises(FieldFault, match=heard):
        field(kind).read(typed, REGISTERS)


def test_an_empty_required_cell_is_named() -> None:
    with pytest.raises(FieldFault, match="这一项必须填写"):
        field(Kind.DAY, required=True).read("", REGISTERS)


def test_choices_of_a_register_are_those_of_the_day() -> None:
    village = field(Kind.CHOICE, register="village")
    assert village.read("甲山村", REGISTERS) == "甲山村"
    with pytest.raises(FieldFault, match="没有“丙村”，可以填：甲山村、乙水村"):
        village.read("丙村", REGISTERS)
    with pytest.raises(FieldFault, match="请先登记"):
        field(Kind.CHOICE, register="committee").read("甲山村调委会", REGISTERS)


def test_an_open_choice_takes_other_names_too() -> None:
    assert field(Kind.CHOICE, register="village", open=True).read("外村", REGISTERS) == "外村"


def test_several_choices_are_read_once_each_however_they_are_set_apart() -> None:
    several = field(Kind.CHOICES, choices=("妇女", "农民工", "老年人"))
    assert several.read("农民工、妇女,农民工", REGISTERS) == ["农民工", "妇女"]
    with pytest.raises(FieldFault, match="没有“儿童”"):
        several.read("妇女 儿童", REGISTERS)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.DAY, "2026-03-05"),
        (Kind.COUNT, "12"),
        (Kind.MONEY, "3.50"),
        (Kind.YES_NO, "否"),
        (Kind.CHOICES, "甲、乙"),
        (Kind.TEXT, ""),
    ],
)
def test_what_is_shown_is_read_back(kind: Kind, typed: str) -> None:
    it = field(kind, choices=("甲", "乙"))
    assert it.show(it.read(typed, REGISTERS)) == typed
