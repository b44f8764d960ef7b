"""The ledger of consultations: entered by hand they become real ones; to the account's own, particulars are added."""

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.clerk import Clerk
from bot.clock import SHANGHAI, local
from bot.errors import RecordError
from bot.ledger.book import Book, Reading
from bot.ledger.consultation import CONSULTATION, KNOWN_TO_ACCOUNT, PARTICULARS
from bot.ledger.fields import Value
from bot.ledger.shelf import BOOKS
from bot.lifecycle import WAITING, State
from bot.routing import Routing
from bot.seal import Seal
from bot.store.advisers import OFFICE
from bot.store.consultations import Case
from bot.store.counting import ACCOUNT
from bot.store.database import Unit
from bot.store.intake import Brief, Known
from bot.store.records import Change, Record, Wanted
from handlers.keeping import Keeping, Rows
from handlers.notices import tell

NOON = dt.time(12)
"""A clerk knows the day of a call or visit, seldom the hour."""
TO_ADVISER = "转顾问"
IN_PERSON = "当面或电话"


@dataclass(frozen=True)
class Intake:
    """A handlers.keeping.Keeping whose rows are consultations, known by their ids."""

    clerk: Clerk
    seal: Seal
    routing: Routing
    book: Book = CONSULTATION

    def find(self, unit: Unit, wanted: Wanted, limit: int, offset: int = 0) -> list[Record]:
        """Without particulars, which a list does not show."""
        return [_row_of(case, None) for case in unit.intake.find(wanted, limit, offset)]

    def each(self, unit: Unit, wanted: Wanted) -> Iterator[Record]:
        """With the particulars of each."""
        for case, line in unit.intake.each(wanted):
            yield _row_of(case, line)

    def count(self, unit: Unit, wanted: Wanted) -> int:
        return unit.intake.count(wanted)

    def get(self, unit: Unit, record_id: int) -> Record:
        return _row_of(unit.intake.get(record_id), unit.records.of_case(CONSULTATION.slug, record_id))

    def history(self, unit: Unit, record: Record) -> list[Change]:
        line = unit.records.of_case(CONSULTATION.slug, record.id)
        return unit.records.history(line.id) if line else []

    def fixed(self, record: Record) -> tuple[str, ...]:
        return KNOWN_TO_ACCOUNT if record.row["channel"] == ACCOUNT else ()

    def read(self, unit: Unit, raw: Mapping[str, str], now: dt.datetime, was: Record | None = None) -> Reading:
        if was and self.fixed(was):
            return self.clerk.read(unit, PARTICULARS, {**raw, "day": was.day.isoformat()}, now, was)
        return self.clerk.read(unit, CONSULTATION, raw, now, was)

    def add(
        self, unit: Unit, values: Mapping[str, Value], actor: str, now: dt.datetime, _case_id: int | None = None
    ) -> Record:
        """A consultation of that day: closed when it was answered, else in the queue or with an adviser."""
        known = _known(values)
        case = unit.consultations.open(
            self._person(unit, values, now), known.village, known.question, known.at, state=State.OPEN,
            outcome=known.outcome, topic=known.topic, channel=known.channel,
        )  # fmt: skip
        unit.intake.correct(case.id, case.person_id, known)
        self._settle(unit, case, known, actor, now)
        self._write(unit, case, values, actor, now)
        return self.get(unit, case.id)

    def change(
        self, unit: Unit, was: Record, seen_version: int, values: Mapping[str, Value], actor: str, now: dt.datetime
    ) -> Record:
        """Raises RecordError too when the consultation itself went on since that version was read."""
        book = PARTICULARS if self.fixed(was) else CONSULTATION
        case = unit.intake.lock(was.id)
        if unit.residents.erased(case.person_id):
            raise RecordError("这件咨询的内容已按本人要求抹去，不能再改")
        line = unit.records.of_case(CONSULTATION.slug, was.id)
        if _row_of(case, line).version != seen_version:
            raise RecordError("这件咨询刚刚有变化（别人改过，或顾问答复了），您的修改没有保存。请重新打开，看过再改")
        changes = self.clerk.changes(book, was, values)
        if not changes:
            return was
        if book is CONSULTATION:
            known = _known(values)
            person_id = self._person(unit, values, now) if "contact" in changes else case.person_id
            corrected = unit.intake.correct(case.id, person_id, known)
            if {"answer", "outcome"} & set(changes):
                self._settle(unit, corrected, known, actor, now)
        if line:
            unit.records.change(
                line.id, line.version, line.number, book.day_of(values), str(values.get("village") or line.village),
                self.clerk.sealed(PARTICULARS, values), PARTICULARS.words(values), changes, actor, now,
            )  # fmt: skip
        else:
            self._write(unit, case, values, actor, now)
        return self.get(unit, was.id)

    def strike_out(self, unit: Unit, was: Record, seen_version: int, reason: str, actor: str, now: dt.datetime) -> None:
        """Only what was entered by hand; it leaves the queue as well."""
        line = unit.records.of_case(CONSULTATION.slug, was.id)
        if self.fixed(was) or not line:
            raise RecordError("从公众号来的咨询不能作废")
        case = unit.intake.lock(was.id)
        if _row_of(case, line).version != seen_version:
            raise RecordError("这件咨询刚刚有变化，没有作废。请重新打开，看过再作废")
        unit.records.strike_out(line.id, line.version, reason, actor, now)
        if case.state in WAITING:
            unit.consultations.close(was.id, str(was.row["outcome"]), actor, now)

    def _person(self, unit: Unit, values: Mapping[str, Value], now: dt.datetime) -> int:
        contact = _plain(str(values.get("contact") or ""))
        digest = self.seal.digest(contact) if contact else ""
        return unit.intake.person(digest, str(values.get("village") or ""), now)

    def _settle(self, unit: Unit, case: Case, known: Known, actor: str, now: dt.datetime) -> None:
        """Bring it into the state that follows from what was entered."""
        if known.answer and not case.answered_at:
            if case.state not in WAITING:
                unit.consultations.escalate(case.id, now)
            unit.consultations.answer(case.id, known.answer, known.answerer, known.at, outcome=known.outcome)
            unit.consultations.delivered(case.id, known.at, IN_PERSON, actor)
            unit.consultations.close(case.id, known.outcome, actor, known.at)
        elif known.answer or case.adviser_id is not None:
            return
        elif known.outcome == TO_ADVISER:
            _, notice = self.routing.assign(unit, unit.consultations.escalate(case.id, now), now)
            if notice:
                tell(unit, notice, now)
        elif case.state in WAITING:
            _, due = self.routing.deadlines(OFFICE, now)
            unit.consultations.promise(case.id, due)

    def _write(self, unit: Unit, case: Case, values: Mapping[str, Value], actor: str, now: dt.datetime) -> None:
        unit.records.add(
            CONSULTATION.slug, case.number, CONSULTATION.day_of(values), str(values.get("village") or case.village),
            self.clerk.sealed(PARTICULARS, values), PARTICULARS.words(values), actor, now, case.id,
        )  # fmt: skip


def shelf(clerk: Clerk, seal: Seal, routing: Routing) -> dict[str, Keeping]:
    """How each ledger is kept, by its slug, in the order in which staff see them."""
    ledgers: dict[str, Keeping] = {slug: Rows(clerk, book) for slug, book in BOOKS.items()}
    return ledgers | {CONSULTATION.slug: Intake(clerk, seal, routing)}


def _row_of(case: Case | Brief, line: Record | None) -> Record:
    """A consultation and its particulars as one row.

    Its version counts what happened to either; of one from the account only the particulars can be changed.
    """
    at, by_hand = local(case.opened_at), case.channel != ACCOUNT
    known: dict[str, Value] = {
        "day": at.date().isoformat(), "channel": case.channel, "village": case.village or None, "topic": case.topic,
        "question": case.question or None, "answer": case.answer or None, "answerer": case.answerer or None,
        "outcome": case.outcome, "satisfaction": str(case.satisfaction) if case.satisfaction else None,
    }  # fmt: skip
    blank = Record(
        case.id, CONSULTATION.slug, case.number, at.date(), case.village, {}, "", 0, case.id, "", case.opened_at,
        case.opened_at,
    )  # fmt: skip
    shown = line or blank
    version = shown.version + (case.version if by_hand else 0)
    return replace(shown, id=case.id, day=at.date(), village=case.village, row={**shown.row, **known}, version=version)


def _known(values: Mapping[str, Value]) -> Known:
    text = {key: str(values.get(key) or "") for key in KNOWN_TO_ACCOUNT}
    at = dt.datetime.combine(dt.date.fromisoformat(text["day"]), NOON, SHANGHAI)
    return Known(
        at, text["channel"], text["village"], text["topic"], text["question"], text["answer"], text["answerer"],
        text["outcome"], int(text["satisfaction"]) if text["satisfaction"] else None,
    )  # fmt: skip


def _plain(contact: str) -> str:
    """The same telephone number or account, however it was typed."""
    kept = "".join(sign for sign in unicodedata.normalize("NFKC", contact).casefold() if sign.isalnum())
    return kept.removeprefix("86") if kept.isdigit() and len(kept) == 13 else kept
