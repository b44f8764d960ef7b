"""Many residents at once over many connections: everyone is answered, and every question is on record."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.store.models import Message
from tests.conftest import Town

pytestmark = pytest.mark.load

QUESTIONS = Path(__file__).parents[1] / "data" / "own_words.jsonl"


def test_four_hundred_messages_over_twenty_connections_lose_nothing(town: Town) -> None:
    messages = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]

    def ask(number: int) -> str:
        return town.says(f"resident{number}", messages[number])

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(ask, range(len(messages))))
    assert all(replies)
    assert not any("系统正忙" in reply or "出现故障" in reply or "抱歉" in reply for reply in replies)
    with town.machine.database.reading() as unit:
        assert unit.session.query(Message).filter_by(state="done").count() == len(messages)
        assert unit.inbox.for_staff() == []
