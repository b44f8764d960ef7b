"""How consultations read on a page: filters for the templates."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from bot.clock import local
from bot.lifecycle import State
from bot.masking import masked
from bot.message import plain
from bot.store.consultations import Case, Step
from handlers.adviser_phrases import RESULT_NAMES, STEPS, left, short_number
from handlers.phrases import DANGER_NAMES, STATES, moment, shorten


def state(case: Case, now: dt.datetime) -> str:
    """How far it is, in plain words: the time left while an answer is owed."""
    if case.state == State.CHOOSING:
        return "居民还没选好问题"
    return left(case, now) if case.waits or case.state == State.WORDLESS else STATES[State(case.state)]


def step(one: Step) -> str:
    """One event in plain words."""
    more = next((one.data[key] for key in ("reason", "result", "outcome", "way") if one.data.get(key)), "")
    return STEPS[one.kind] + (f"（{more}）" if more else "")


def stamp(moment: dt.datetime) -> str:
    """With the year, for what is kept for years."""
    return f"{local(moment):%Y-%m-%d %H:%M}"


def day(moment: dt.datetime) -> str:
    """Without the hour, which nobody wrote down."""
    return f"{local(moment):%Y-%m-%d}"


def csrf(member: Any) -> Markup:
    """The hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(member.csrf)


FILTERS: dict[str, Callable[..., Any]] = {
    "masked": masked, "moment": moment, "short": short_number, "shorten": shorten, "plain": plain, "state": state,
    "step": step, "stamp": stamp, "day": day, "result": RESULT_NAMES.__getitem__, "danger": DANGER_NAMES.__getitem__,
}  # fmt: skip
