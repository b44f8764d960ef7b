"""One message, many deliveries: the handlers run once and everybody gets the same reply, on both databases."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.message import Reply
from bot.store.models import Consultation, Message, Resident
from bot.visit import Visit
from tests.conftest import Town, TownFactory

THREADS = 40


def forty_deliveries_of_one_message(town: Town) -> None:
    runs: list[int] = []
    handlers = town.machine.dispatcher._handlers

    def counting(visit: Visit) -> Reply | None:
        runs.append(visit.person.id)
        time.sleep(0.05)  # long enough for every other delivery to arrive while this one runs
        return None

    town.machine.dispatcher._handlers = (counting, *handlers)
    first = town.platform.sign("resident", "")  # opens the connection pool's first slot outside the race
    assert first
    xml = (
        "<xml><ToUserName>gh_demo</ToUserName><FromUserName>resident</FromUserName><CreateTime>1795312800</CreateTime>"
        "<MsgType>text</MsgType><Content>航标歪了归谁修</Content><MsgId>77</MsgId></xml>"
    )
    gate = threading.Barrier(THREADS)

    def deliver(_number: int) -> str:
        gate.wait()
        return town.platform.deliver("resident", "77", xml).reply

    with ThreadPoolExecutor(THREADS) as pool:
        replies = Counter(pool.map(deliver, range(THREADS)))
    assert len(runs) == 1
    assert len(replies) == 1
    assert "2026-000001" in next(iter(replies))
    with town.machine.database.reading() as unit:
        assert unit.session.query(Consultation).count() == 1
        assert unit.session.query(Message).count() == 1


def forty_residents_at_once(town: Town) -> None:
    """Different people write at the same moment: none is lost, and no two get one number."""

    def ask(number: int) -> str:
        return town.says(f"resident{number}", "航标歪了归谁修")

    with ThreadPoolExecutor(THREADS) as pool:
        replies = list(pool.map(ask, range(THREADS)))
    numbers = {reply.partition("编号 ")[2][:11] for reply in replies}
    assert numbers == {f"2026-{number:06d}" for number in range(1, THREADS + 1)}


def a_new_resident_who_sends_ten_messages_at_once(town: Town) -> None:
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda number: town.exchange("resident", f"航标歪了归谁修，第{number}遍"), range(10)))
    assert all(exchange.status == 200 and "系统正忙" not in exchange.reply for exchange in replies)
    with town.machine.database.reading() as unit:
        assert unit.session.query(Resident).count() == 1
        assert unit.session.query(Message).filter_by(state="done").count() == 10
        said = [turn for case in unit.consultations.of(1, 20) for turn in unit.consultations.conversation(case.id)]
    assert len(said) == 10, "every message stands in a consultation"


def test_a_new_residents_ten_messages_on_sqlite(town: Town) -> None:
    a_new_resident_who_sends_ten_messages_at_once(town)


@pytest.mark.postgres
def test_a_new_residents_ten_messages_on_postgresql(open_town: TownFactory, postgres: str) -> None:
    a_new_resident_who_sends_ten_messages_at_once(postgres_town(open_town, postgres))


def test_forty_deliveries_on_sqlite(town: Town) -> None:
    forty_deliveries_of_one_message(town)


def test_forty_residents_on_sqlite(town: Town) -> None:
    forty_residents_at_once(town)


@pytest.mark.postgres
def test_forty_deliveries_on_postgresql(open_town: TownFactory, postgres: str) -> None:
    forty_deliveries_of_one_message(postgres_town(open_town, postgres))


@pytest.mark.postgres
def test_forty_residents_on_postgresql(open_town: TownFactory, postgres: str) -> None:
    forty_residents_at_once(postgres_town(open_town, postgres))


def postgres_town(open_town: TownFactory, url: str) -> Town:
    from bot.store.database import Database

    database = Database(url)
    database.migrate()
    database.close()
    return open_town(database=url)


def test_a_later_delivery_replays_the_reply_of_its_time(town: Town) -> None:
    exchange = town.exchange("resident", "航标歪了归谁修")
    town.says("resident", "甲山村")
    assert town.platform.deliver("resident", exchange.message_id, exchange.xml).reply == exchange.reply


def test_an_event_delivered_twice_counts_once(town: Town) -> None:
    one = town.platform.event("resident", "subscribe")
    town.platform.deliver("resident", one.message_id, one.xml)
    with town.machine.database.reading() as unit:
        assert unit.session.query(Message).count() == 1


@pytest.mark.postgres
def test_a_whole_conversation_on_postgresql(open_town: TownFactory, postgres: str) -> None:
    town = postgres_town(open_town, postgres)
    assert "哪个村" in town.says("resident", "航标歪了归谁修")
    assert "示例律师" in town.says("resident", "甲山")
    assert "已经补充" in town.says("resident", "还有一点")
    assert "确认删除" in town.says("resident", "删除我的记录")
    assert "已经删掉" in town.says("resident", "确认删除")
