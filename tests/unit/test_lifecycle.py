"""The life of a consultation: which events are possible in which state, and what they lead to."""

import pytest

from bot.errors import ConsultationError
from bot.lifecycle import Happened, State, advance
from handlers.phrases import STATES

POSSIBLE = {
    ("wordless", "words_came"): "choosing",
    ("choosing", "bot_answered"): "delivered",
    ("delivered", "bot_answered"): "delivered",
    **{
        (state, "escalated"): "open"
        for state in ("choosing", "wordless", "open", "assigned", "details", "answered", "delivered", "closed")
    },
    **{
        (state, happened): result
        for state in ("open", "assigned", "details")
        for happened, result in (
            ("assigned", "assigned"), ("transferred", "assigned"), ("returned", "open"), ("details_asked", "details"),
            ("answered", "answered"), ("closed", "closed"), ("withdrawn", "withdrawn"), ("reminded", state),
            ("acknowledged", state),
        )
    },
    ("open", "claimed"): "assigned",
    ("assigned", "claimed"): "assigned",
    ("details", "claimed"): "details",
    ("open", "added"): "open",
    ("assigned", "added"): "assigned",
    ("details", "added"): "assigned",
    ("wordless", "answered"): "answered",
    ("wordless", "closed"): "closed",
    ("choosing", "closed"): "closed",
    ("wordless", "withdrawn"): "withdrawn",
    ("choosing", "withdrawn"): "withdrawn",
    **{
        (state, happened): state
        for state in ("answered", "delivered", "closed")
        for happened in ("rated", "acknowledged")
    },
    ("answered", "retracted"): "assigned",
    ("delivered", "retracted"): "assigned",
    ("answered", "asked_back"): "assigned",
    ("delivered", "asked_back"): "assigned",
    ("answered", "delivered"): "delivered",
    ("closed", "delivered"): "closed",
    ("answered", "closed"): "closed",
    ("delivered", "closed"): "closed",
    **{(state.value, happened): state.value for state in State for happened in ("noted", "sorted")},
}  # fmt: skip


@pytest.mark.parametrize("happened", Happened)
@pytest.mark.parametrize("state", State)
def test_every_event_leads_where_the_table_says_or_is_refused_in_words(state: State, happened: Happened) -> None:
    if (state, happened) in POSSIBLE:
        assert advance(state, happened) == POSSIBLE[state, happened]
        return
    with pytest.raises(ConsultationError, match=r"这件咨询.*不能"):
        advance(state, happened)


def test_an_answered_one_is_not_answered_again() -> None:
    with pytest.raises(ConsultationError, match="已经答复了，不能再答复"):
        advance(State.ANSWERED, Happened.ANSWERED)


def test_a_withdrawn_one_takes_nothing_but_notes_and_sorting() -> None:
    possible = [one for one in Happened if (State.WITHDRAWN, one) in POSSIBLE]
    assert possible == [Happened.NOTED, Happened.SORTED]


def test_every_state_has_words_for_people() -> None:
    assert set(STATES) == set(State)
