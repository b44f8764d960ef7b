"""The yearly report as a Word document, written by python-docx."""

from collections.abc import Collection, Sequence
from typing import BinaryIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from bot.ledger.yearly import ROUNDING_RULE, Figure, Finding, Part, written

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT = "宋体"


def report(
    title: str, paragraphs: Sequence[tuple[str, Sequence[Part]]], figures: Sequence[Figure], rounded: Collection[str],
    findings: Sequence[Finding], counting_rule: str, into: BinaryIO,
) -> None:  # fmt: skip
    """Write the text to hand in, and behind it, for the office: where each figure comes from and what to look into."""
    document = Document()
    _chinese(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)  # A4; the template is on American paper
    document.core_properties.title, document.core_properties.language = title, "zh-CN"
    document.core_properties.author = document.core_properties.comments = ""
    document.add_heading(title, 0)
    for number, (heading, parts) in enumerate(paragraphs):
        document.add_heading(f"{'一二三四五六七八九'[number]}、{heading}", 1)
        document.add_paragraph("".join(part.text for part in parts))
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_heading("附：数字从哪里来（供核对，不上报）", 1)
    _table(document, ("项目", "报告里写", "台账里是", "怎么数", "行数"), [
        (one.label, written(one, rounded), one.exact, one.how, str(len(one.numbers) or ""))
        for one in figures
    ])  # fmt: skip
    for rule in (counting_rule, ROUNDING_RULE):
        document.add_paragraph(rule)
    document.add_heading("附：要核对的（不上报）", 1)
    for one in findings:
        rows = f"（{'、'.join(one.numbers[:20])}{'等' if len(one.numbers) > 20 else ''}）" if one.numbers else ""
        document.add_paragraph(f"{one.text}{rows}", style="List Bullet")
    if not findings:
        document.add_paragraph("没有发现对不上的数。")
    document.save(into)


def _chinese(document: WordDocument) -> None:
    """Chinese letters in a font that every office has; the template names one for Western letters alone."""
    for name in ("Normal", "Title", "Heading 1", "List Bullet"):
        style = document.styles[name]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.styles["Normal"].font.size = Pt(12)


def _table(document: WordDocument, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
