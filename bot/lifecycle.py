"""The life of a consultation: a pure function of its events.

`advance` takes the state and what happened and returns the new state, or says in Chinese why it cannot happen. The
store keeps every event and the state that the last one led to.
"""

from enum import StrEnum

from bot.errors import ConsultationError


class State(StrEnum):
    CHOOSING = "choosing"
    """The resident was offered questions to choose from."""
    WORDLESS = "wordless"
    """A picture or recording without words."""
    OPEN = "open"
    """In the queue; nobody in particular has it."""
    ASSIGNED = "assigned"
    DETAILS = "details"
    """The adviser asked the resident for details."""
    ANSWERED = "answered"
    """The answer is written and on its way."""
    DELIVERED = "delivered"
    """Handed to the platform, offered in a passive reply, or told by telephone."""
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Happened(StrEnum):
    WORDS_CAME = "words_came"
    """The resident put into words what the picture or recording was about."""
    BOT_ANSWERED = "bot_answered"
    ESCALATED = "escalated"
    """The bot could not answer, or the answer did not help."""
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    """An adviser began to work on it, so that others see who was first."""
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    """Back to the queue: the first answer is late, or the adviser is away."""
    REMINDED = "reminded"
    ACKNOWLEDGED = "acknowledged"
    """The duty officer has seen an urgent one."""
    DETAILS_ASKED = "details_asked"
    ADDED = "added"
    """The resident added words, pictures or recordings."""
    ANSWERED = "answered"
    RETRACTED = "retracted"
    """The adviser took the answer back."""
    DELIVERED = "delivered"
    ASKED_BACK = "asked_back"
    RATED = "rated"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    NOTED = "noted"
    """An internal note."""
    SORTED = "sorted"
    """Put under another village or kind of dispute."""


_S = State
WAITING = (_S.OPEN, _S.ASSIGNED, _S.DETAILS)
"""With a person, and without an answer."""
_ANSWERED = (_S.ANSWERED, _S.DELIVERED, _S.CLOSED)
_ALL = tuple(State)

_MOVES: dict[Happened, dict[State, State]] = {
    Happened.WORDS_CAME: {_S.WORDLESS: _S.CHOOSING},
    Happened.BOT_ANSWERED: dict.fromkeys((_S.CHOOSING, _S.DELIVERED), _S.DELIVERED),
    Happened.ESCALATED: dict.fromkeys((_S.CHOOSING, _S.WORDLESS, *WAITING, *_ANSWERED), _S.OPEN),
    Happened.ASSIGNED: dict.fromkeys(WAITING, _S.ASSIGNED),
    Happened.CLAIMED: {_S.OPEN: _S.ASSIGNED, _S.ASSIGNED: _S.ASSIGNED, _S.DETAILS: _S.DETAILS},
    Happened.TRANSFERRED: dict.fromkeys(WAITING, _S.ASSIGNED),
    Happened.RETURNED: dict.fromkeys(WAITING, _S.OPEN),
    Happened.REMINDED: {state: state for state in WAITING},
    Happened.ACKNOWLEDGED: {state: state for state in (*WAITING, *_ANSWERED)},
    Happened.DETAILS_ASKED: dict.fromkeys(WAITING, _S.DETAILS),
    Happened.ADDED: {_S.OPEN: _S.OPEN, _S.ASSIGNED: _S.ASSIGNED, _S.DETAILS: _S.ASSIGNED},
    Happened.ANSWERED: dict.fromkeys((*WAITING, _S.WORDLESS), _S.ANSWERED),
    Happened.RETRACTED: dict.fromkeys((_S.ANSWERED, _S.DELIVERED), _S.ASSIGNED),
    Happened.DELIVERED: {_S.ANSWERED: _S.DELIVERED, _S.CLOSED: _S.CLOSED},
    Happened.ASKED_BACK: {_S.ANSWERED: _S.ASSIGNED, _S.DELIVERED: _S.ASSIGNED},
    Happened.RATED: {state: state for state in _ANSWERED},
    Happened.CLOSED: dict.fromkeys((*WAITING, _S.WORDLESS, _S.CHOOSING, _S.ANSWERED, _S.DELIVERED), _S.CLOSED),
    Happened.WITHDRAWN: dict.fromkeys((_S.CHOOSING, _S.WORDLESS, *WAITING), _S.WITHDRAWN),
    Happened.NOTED: {state: state for state in _ALL},
    Happened.SORTED: {state: state for state in _ALL},
}

_WHY_NOT = {
    _S.CHOOSING: "居民还没有选好问题",
    _S.WORDLESS: "居民还没有把事情说清楚",
    _S.OPEN: "还没有人答复",
    _S.ASSIGNED: "还没有人答复",
    _S.DETAILS: "正在等居民补充",
    _S.ANSWERED: "已经答复了",
    _S.DELIVERED: "答复已经送到居民了",
    _S.CLOSED: "已经办结了",
    _S.WITHDRAWN: "居民已经撤回了",
}
_DONE = {
    Happened.ANSWERED: "再答复", Happened.RETRACTED: "撤回答复", Happened.TRANSFERRED: "转给别人",
    Happened.ASSIGNED: "分派", Happened.CLAIMED: "接手", Happened.DETAILS_ASKED: "再问居民", Happened.CLOSED: "再办结",
    Happened.WITHDRAWN: "撤回", Happened.RATED: "评价", Happened.RETURNED: "退回", Happened.REMINDED: "催办",
    Happened.ACKNOWLEDGED: "确认收到", Happened.ADDED: "补充", Happened.DELIVERED: "送达", Happened.ASKED_BACK: "追问",
    Happened.WORDS_CAME: "补充文字", Happened.BOT_ANSWERED: "由机器人答复", Happened.ESCALATED: "转给人",
}  # fmt: skip


def advance(state: State, happened: Happened) -> State:
    """The state after this. Raises ConsultationError that says why it cannot happen in this state."""
    try:
        return _MOVES[happened][state]
    except KeyError:
        raise ConsultationError(f"这件咨询{_WHY_NOT[state]}，不能{_DONE[happened]}") from None
