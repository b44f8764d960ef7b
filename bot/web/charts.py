"""Charts as SVG files of our own, because the pages allow no script and no style of theirs.

Each bar has its figure at its end, and of two years the earlier is hatched: both can be read in print and in grey.
"""

from collections.abc import Sequence
from typing import Any

import pygal
from fastapi import Response
from pygal.style import Style

from bot.web.tables import TOTAL, Cell, Sheet

_FONT = 'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
_STYLE = Style(
    background="white", plot_background="white", foreground="#1c2430", foreground_strong="#1c2430",
    foreground_subtle="#767f8c", opacity="1", opacity_hover="1", transition="0s", colors=("#0b5cad", "#ffffff"),
    font_family=_FONT, value_font_family=_FONT, label_font_size=14, major_label_font_size=14, value_font_size=14,
    legend_font_size=14, title_font_size=18, value_colors=("#1c2430", "#1c2430"),
)  # fmt: skip
_HATCH = (
    '<pattern id="before" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#ffffff"/><line x1="0" y1="0" x2="0" y2="6" stroke="#4a5565" stroke-width="3"/>'
    "</pattern>"
)
_RULES = "inline:.color-1 .rect, .color-1.reactive, .color-1 { fill: url(#before) !important; stroke: #4a5565 }"
_BESIDE = "inline:.text-overlay .value { text-anchor: start; transform: translate(3px) }"
"""Figures behind the end of their bars, not half on them."""
_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
_MOST = 24
"""So many bars are readable on a page; the table has them all."""


def columns(sheet: Sheet, title: str, now: str, before: str) -> Response:
    """Columns side by side: the months of two years."""
    names, these, those = _figures(sheet)
    chart = pygal.Bar(**_common(title, _RULES), height=420, show_legend=True, legend_at_bottom=True)
    chart.x_labels = [name.removeprefix(f"{name[:4]}-").lstrip("0") + "月" for name in names]
    chart.add(now, these)
    chart.add(before, those)
    return _svg(chart)


def bars(sheet: Sheet, title: str) -> Response:
    """Bars below one another, the first at the top."""
    names, these, _ = _figures(sheet)
    names, these = names[:_MOST], these[:_MOST]
    chart = pygal.HorizontalBar(**_common(title, _BESIDE), height=120 + 34 * max(1, len(names)), show_legend=False)
    chart.x_labels = names[::-1]
    chart.add("", these[::-1])
    return _svg(chart)


def _common(title: str, rules: str) -> dict[str, object]:
    return {
        "title": title, "style": _STYLE, "js": (), "print_values": True, "print_values_position": "top",
        "print_zeroes": True, "width": 900,
        "css": ("file://style.css", "file://graph.css", rules), "defs": [_HATCH], "truncate_label": -1,
        "truncate_legend": -1, "no_data_text": "没有", "formatter": _whole, "min_scale": 2,
    }  # fmt: skip


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _figures(sheet: Sheet) -> tuple[list[str], list[int | None], list[int | None]]:
    rows = {name: cells for name, cells in sheet.rows.items() if name != TOTAL}
    middle = len(sheet.heads) // 2
    return list(rows), [_number(row, 0) for row in rows.values()], [_number(row, middle) for row in rows.values()]


def _number(cells: Sequence[Cell], place: int) -> int | None:
    """Of a figure that is not shown, nothing is drawn."""
    text = cells[place].text
    return int(text) if text.isdigit() else None


def _svg(chart: pygal.graph.graph.Graph) -> Response:
    chart.add_xml_filter(_without_scripts)
    return Response(chart.render(), media_type="image/svg+xml", headers=_HEADERS)


def _without_scripts(root: Any) -> Any:
    for parent in list(root.iter()):
        for child in [one for one in parent if str(one.tag).endswith("script")]:
            parent.remove(child)
    return root
