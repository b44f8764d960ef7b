"""What the bot says. `build` puts the handlers in order; the order is the precedence."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.routing import Routing
from bot.visit import Handler
from handlers.adviser import Adviser
from handlers.binding import Binding
from handlers.casework import Casework
from handlers.choice import Choice
from handlers.commands import Commands
from handlers.escalation import Escalation
from handlers.fallback import Fallback
from handlers.feedback import Feedback
from handlers.open_case import OpenCase
from handlers.phrases import Office
from handlers.publicity import Noticing, Reading
from handlers.question import Question
from handlers.quiz import Quiz
from handlers.smalltalk import SmallTalk
from handlers.urgent import Urgent
from handlers.villages import Village, VillageQuestion
from handlers.welcome import Welcome
from knowledge import quiz
from knowledge.desk import Desk
from knowledge.publicity import Publicity


@dataclass(frozen=True)
class Township:
    """What handlers know of the place they serve."""

    office: Office
    villages: tuple[Village, ...]
    notify_at: str = ""
    """Where a resident can consent to be told of an answer; empty when the account may not tell."""


def build(
    township: Township, desk: Desk, routing: Routing, publicity: Publicity, questions: Sequence[quiz.Question]
) -> Sequence[Handler]:
    """The handlers in order of precedence."""
    names = [village.name for village in township.villages]
    escalation = Escalation(names, routing, township.notify_at)
    question = Question(desk, escalation)
    rest = (
        Choice(question, escalation),
        # Before the open case: what was just asked for is an answer to it, not an addition to the case.
        VillageQuestion(township.villages, escalation),
        # Before the open case, for it speaks of the answer just read; an older matter may still be open.
        Feedback(escalation, routing),
        OpenCase(routing),
        Noticing(SmallTalk(desk), publicity),
        Noticing(question, publicity),
        Fallback(),
    )
    return (
        # Before danger words: an adviser's answer may well hold them. Only commands and drafts of a bound account.
        Binding(),
        Adviser(desk, Casework(routing, names)),
        Urgent(desk, escalation),
        Welcome(township.office, township.villages),
        Commands(township.office, desk.statutes, names, escalation),
        Reading(publicity),
        # Before the choice: a number answers what was asked last.
        Quiz(questions, rest),
        *rest,
    )
