"""Numbers as statutes and residents write them: 一千零七十九, 三十日, 百分之五十, 30天, 1/3."""

import re
from fractions import Fraction
from functools import lru_cache

import cn2an

CHINESE_DIGITS = "零〇一二两三四五六七八九十百千万亿廿"
_NUMBER = rf"(?:\d+(?:\.\d+)?(?:[万亿千百])?|[{CHINESE_DIGITS}]+)"

_UNITS = {
    "周年": "年", "年": "年", "个月": "月", "月": "月", "日": "日", "天": "日", "小时": "小时",
    "周岁": "岁", "岁": "岁", "元": "元", "块": "元", "倍": "倍", "%": "份额",
}  # fmt: skip
_FIGURE = re.compile(
    rf"百分之(?P<percent>{_NUMBER})"
    rf"|(?P<denominator>{_NUMBER})分之(?P<numerator>{_NUMBER})"
    rf"|(?P<half>一半|半数)"
    rf"|(?P<half_year>半年)"
    rf"|(?P<number>{_NUMBER})(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?!级)"
)

Figure = tuple[Fraction, str]
"""A value and its unit, such as (30, 日); shares are fractions of one."""


@lru_cache(maxsize=4096)
def parse_number(text: str) -> Fraction:
    """The value of a Chinese or Arabic numeral such as 一千零七十九, 3万 or 2.5. Raises ValueError."""
    return Fraction(str(cn2an.cn2an(text.replace("廿", "二十"), "smart")))


def figures(text: str) -> set[Figure]:
    """Every figure with a legal unit in `text`: terms, ages, amounts, multiples and shares."""
    text = text.replace("％", "%")
    found: set[Figure] = set()
    for match in _FIGURE.finditer(text):
        try:
            found.add(_value(match))
        except (ValueError, ZeroDivisionError):
            continue  # 千万元 without a digit, 百日 in a name: not a numeral that states a figure
    return found


def _value(match: re.Match[str]) -> Figure:
    if match["percent"]:
        return parse_number(match["percent"]) / 100, "份额"
    if match["denominator"]:
        return parse_number(match["numerator"]) / parse_number(match["denominator"]), "份额"
    if match["half"]:
        return Fraction(1, 2), "份额"
    if match["half_year"]:
        return Fraction(6), "月"
    unit = _UNITS[match["unit"]]
    value = parse_number(match["number"])
    return (value / 100, unit) if unit == "份额" else (value, unit)


def to_arabic(text: str) -> str:
    """Rewrite Chinese numerals before a legal unit or 条 as Arabic ones: 两年 becomes 2年, 第三十条 第30条."""

    def rewrite(match: re.Match[str]) -> str:
        try:
            return str(parse_number(match["number"])) + match["unit"]
        except (ValueError, ZeroDivisionError):
            return match[0]

    return _COUNTED.sub(rewrite, text)


_COUNTED = re.compile(rf"(?P<number>[{CHINESE_DIGITS}]+)(?P<unit>个月|周岁|小时|年|月|日|天|岁|元|块|倍|条)")
