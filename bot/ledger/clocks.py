"""What the law or the office's own rules want done by a day, read off the ledgers. Pure.

A period of days does not count the day on which it begins (民法典第二百零一条): 30 days from the 1st end on the 31st.
That it ends later when its last day is a holiday (民法典第二百零三条) is left as a reserve: the office is told the
earlier day.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.ledger.activities import PROTECTION_ORDER
from bot.ledger.book import Line
from bot.ledger.fields import Row
from bot.ledger.figures import Duty
from bot.ledger.mediation import CONFIRMATION, NO_AGREEMENT, NOT_CONFIRMABLE, SUCCESS

AID_DECISION = dt.timedelta(days=7)
AID_APPOINTMENT = dt.timedelta(days=3)
PROTECTION = dt.timedelta(hours=72)
PROTECTION_URGENT = dt.timedelta(hours=24)
_LAPSED = dt.timedelta(days=15)
"""A right that has lapsed is shown this long, and then no more: there is nothing left to do about it."""


@dataclass(frozen=True)
class Due:
    """Something to be done by the end of a local day."""

    what: str
    by: dt.date
    law: str
    """Why: the article, or the office's own rule."""
    advice: str
    """What to do now."""
    number: str = ""
    village: str = ""
    book: str = ""
    record_id: int = 0

    def late(self, today: dt.date) -> bool:
        return today > self.by


def confirmations(lines: Iterable[Line], today: dt.date) -> Iterator[Due]:
    """Agreements that both sides may still have confirmed by the court."""
    for line in lines:
        row = line.row
        if row.get("form") in (None, NO_AGREEMENT) or not row.get("effective") or row.get("confirmed"):
            continue
        if row.get("confirmable") == NOT_CONFIRMABLE or row.get("confirm_wanted") is False:
            continue
        by = _day(row, "effective") + CONFIRMATION
        if by + _LAPSED < today:
            continue
        advice = (
            "双方都要的，一起去基层人民法院申请；不要的，在“双方要司法确认”里填“否”" if today <= by
            else "三十日已过，不能再申请司法确认；对方不履行的，可以就协议去法院起诉（人民调解法第三十二条）"
        )  # fmt: skip
        yield _due(line, "司法确认", by, "人民调解法第三十三条：自调解协议生效之日起三十日内，双方共同申请", advice)


def return_visits(lines: Iterable[Line], after: dt.timedelta) -> Iterator[Due]:
    """Settled disputes whose performance nobody has looked into: `after` its term, or after the end without one."""
    for line in lines:
        row = line.row
        ended = "perform_by" if row.get("perform_by") else "ended"
        if row.get("result") == SUCCESS and row.get(ended) and not row.get("visited"):
            by = _day(row, ended) + after
            yield _due(
                line, "调解回访", by, "人民调解法第三十一条：对协议的履行情况进行监督；天数是本所自定的",
                "问双方履行了没有，把回访日期和情况记上",
            )  # fmt: skip


def escalations(lines: Iterable[Line]) -> Iterator[Due]:
    """Disputes that may escalate and were not reported."""
    for line in lines:
        row = line.row
        if row.get("escalation") and not row.get("escalation_reported"):
            yield _due(
                line, "激化风险报告", _day(row, "accepted"), "人民调解法第二十五条：可能引起治安、刑事案件的，及时报告",
                "马上向派出所或有关部门报告，把报告日期记上",
            )  # fmt: skip


def serious(lines: Iterable[Line]) -> Iterator[Due]:
    """Consultations marked as urgent or grave that nobody has reported yet."""
    for line in lines:
        if line.row.get("serious") and not line.row.get("serious_reported"):
            yield Due(
                "紧急或重大报告", line.day,
                "本所自定：当天报告；孩子受到侵害的，应当立即报告（未成年人保护法第十一条）",
                "马上报告所长和有关部门，把报告日期记上", line.number, line.village, "consultation",
            )  # fmt: skip


def legal_aid(lines: Iterable[Line]) -> Iterator[Due]:
    """Applications whose decision, or whose lawyer, is due."""
    for line in lines:
        row = line.row
        if row.get("handed_in") and not row.get("decision"):
            yield _due(
                line, "法援审查决定", _day(row, "handed_in") + AID_DECISION,
                "法律援助法第四十三条：自收到申请之日起七日内决定", "问法律援助机构，把决定记上",
            )  # fmt: skip
        elif row.get("decision") == "给予援助" and not row.get("appointed"):
            yield _due(
                line, "法援指派", _day(row, "decided") + AID_APPOINTMENT,
                "法律援助法第四十三条：自决定之日起三日内指派", "问法律援助机构指派了谁，告诉申请人",
            )  # fmt: skip


def protection_orders(lines: Iterable[Line]) -> Iterator[Due]:
    """Applications for a protection order that the court has to decide on."""
    for line in lines:
        row = line.row
        if row.get("kind") == PROTECTION_ORDER and row.get("handed_in") and not row.get("decided"):
            hours = PROTECTION_URGENT if row.get("urgent") else PROTECTION
            yield _due(
                line, "人身安全保护令", _day(row, "handed_in") + hours,
                f"反家庭暴力法第二十八条：受理后{hours.days * 24}小时内作出",
                "问法院，并问申请人现在是否安全；有危险先打 110",
            )  # fmt: skip


def visits_behind(duties: Iterable[Duty], last: dt.date) -> Iterator[Due]:
    """Villages that their adviser has not visited often enough in the month that ends with the day `last`."""
    for duty in duties:
        if duty.missing:
            so_far = f"本月去了 {duty.visits} 次" if duty.visits else "本月还没有去过"
            yield Due(
                "顾问进村", last, f"本所自定：每位律师每月至少到每个负责的村 {duty.owed} 次",
                f"{so_far}，请约{duty.adviser}", village=duty.village, book="visit",
            )  # fmt: skip


def in_order(dues: Iterable[Due]) -> list[Due]:
    """The most pressing first."""
    return sorted(dues, key=lambda due: (due.by, due.what, due.number, due.village))


def counted(dues: Iterable[Due]) -> Mapping[str, int]:
    """How many of each kind, for a short notice."""
    return dict(sorted(Counter(due.what for due in dues).items()))


def _due(line: Line, what: str, by: dt.date, law: str, advice: str) -> Due:
    return Due(what, by, law, advice, line.number, line.village, line.book, line.id)


def _day(row: Row, key: str) -> dt.date:
    return dt.date.fromisoformat(str(row[key]))
