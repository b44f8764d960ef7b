"""The outbox and its ladder, against the simulated platform, a group robot and a real mail server on loopback."""

import datetime as dt
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MailHandler
from pydantic import SecretStr

from bot.config import DeliverySection, MailSection
from bot.delivery.courier import Courier
from bot.demo import demo_settings, serving
from bot.simulator.api import ROBOT_KEY, Api
from bot.store.outbox import LEASE, Stuck
from tests.conftest import Town, TownFactory

NUMBER = "2026-000001"


class Letters(MailHandler):
    def __init__(self) -> None:
        super().__init__()
        self.kept: list[EmailMessage] = []

    def handle_message(self, message: Any) -> None:
        self.kept.append(message)


@dataclass
class Post:
    """A town whose account may send, with everything it may send through."""

    town: Town
    api: Api
    letters: Letters = field(default_factory=Letters)

    @property
    def courier(self) -> Courier:
        return self.town.machine.courier

    def rounds(self, number: int = 10) -> None:
        for _ in range(number):
            self.courier.once()

    def pushed(self, openid: str = "resident") -> list[str]:
        return [message["text"]["content"] for message in self.api.sent if message["touser"] == openid]

    def stuck(self, hours: int = 0) -> list[Stuck]:
        with self.town.machine.database.reading() as unit:
            return unit.outbox.stuck(self.town.clock() - dt.timedelta(hours=hours))

    def state(self) -> str:
        with self.town.machine.database.reading() as unit:
            return unit.consultations.by_number(NUMBER).state


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def post(open_town: TownFactory, blank: Path, tmp_path: Path) -> Iterator[Post]:
    letters = Letters()
    mail_port = free_port()  # the mail server's library cannot choose one itself
    mail = Controller(letters, hostname="127.0.0.1", port=mail_port)
    with ExitStack() as stack:
        api = Api("wx1", "right")
        port = stack.enter_context(serving(api.app(), 0))
        mail.start()
        stack.callback(mail.stop)
        shutil.copy(blank, tmp_path / "post.db")
        settings = demo_settings(f"sqlite:///{tmp_path / 'post.db'}")
        api.app_id = settings.wechat.app_id
        base = f"http://127.0.0.1:{port}"
        advisers = tuple(
            one.model_copy(update={"email": "lawyer@example.org" if one.kind == "律师" else ""})
            for one in settings.advisers
        )
        settings = settings.model_copy(
            update={
                "wechat": settings.wechat.model_copy(
                    update={"verified": True, "app_secret": SecretStr("right"), "api_base_url": base}
                ),
                "delivery": DeliverySection(robot_url=SecretStr(f"{base}/cgi-bin/webhook/send?key={ROBOT_KEY}")),
                "mail": MailSection(
                    host="127.0.0.1", port=mail_port, security="none",
                    sender="bot@example.org",
                ),
                "advisers": advisers,
            }
        )  # fmt: skip
        yield Post(open_town(settings=settings), api, letters)


def asks(post: Post) -> None:
    post.town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
    assert NUMBER in post.town.says("resident", "河里的航标歪了归哪个修")


def answers(town: Town, text: str = "找航道管理站。") -> None:
    from handlers.pickup import deposit

    with town.machine.database.unit() as unit:
        case = unit.consultations.by_number(NUMBER)
        case = unit.consultations.answer(case.id, text, "示例律师", town.clock())
        deposit(unit, case, town.clock())
        unit.commit()


def test_an_answer_is_pushed_inside_the_window_and_not_given_again(post: Post) -> None:
    asks(post)
    answers(post.town)
    post.rounds()
    assert len(post.pushed()) == 1
    assert "找航道管理站" in post.pushed()[0]
    assert post.state() == "delivered"
    assert "找航道管理站" not in post.town.says("resident", "在吗")
    assert "找航道管理站" in post.town.says("resident", "重发")


def test_a_long_answer_is_pushed_part_by_part_in_order(post: Post) -> None:
    asks(post)
    answers(post.town, "\n".join(f"第{number}条，要把材料备齐再去办，缺一样都要再跑一趟。" for number in range(60)))
    post.rounds()
    whole = "".join(post.pushed())
    assert len(post.pushed()) > 1
    assert whole.index("第3条") < whole.index("第58条")
    assert post.state() == "delivered"


@pytest.mark.parametrize("code", [45015, 45047, 40003, 43004, 48001])
def test_a_permanent_refusal_steps_down_to_the_pick_up_box_at_once(post: Post, code: int) -> None:
    asks(post)
    answers(post.town)
    post.api.failures.extend([code])
    post.rounds(1)
    post.rounds()
    assert post.pushed() == []
    assert post.state() == "answered"
    assert "找航道管理站" in post.town.says("resident", "在吗")
    assert post.state() == "delivered"


def test_a_busy_platform_is_tried_again_later_each_time_longer(post: Post) -> None:
    asks(post)
    post.rounds()  # the notice to the adviser is out of the way
    answers(post.town)
    post.api.failures.extend([-1, -1])
    post.rounds()
    assert post.pushed() == []
    post.town.clock.move(seconds=6)
    post.rounds()
    assert post.pushed() == []
    post.town.clock.move(seconds=1)
    post.rounds()
    assert post.pushed() == []
    post.town.clock.move(seconds=10)
    post.rounds()
    assert len(post.pushed()) == 1


def test_a_platform_that_stays_busy_leaves_the_answer_in_the_pick_up_box(post: Post) -> None:
    asks(post)
    answers(post.town)
    post.api.failures.extend([-1] * 50)
    for _ in range(10):
        post.rounds(1)
        post.town.clock.move(minutes=15)
    assert post.pushed() == []
    assert "找航道管理站" in post.town.says("resident", "在吗")


def test_outside_the_48_hours_nothing_is_even_tried(post: Post) -> None:
    asks(post)
    post.town.clock.move(hours=49)
    answers(post.town)
    before = post.api.token_requests
    post.rounds()
    assert post.api.token_requests == before
    assert "找航道管理站" in post.town.says("resident", "在吗")


def test_the_quota_is_counted_before_sending(post: Post) -> None:
    asks(post)
    with post.town.machine.database.unit() as unit:
        person = unit.consultations.by_number(NUMBER).person_id
        spent = [unit.residents.spend_push(person, post.town.clock()) for _ in range(9)]
        unit.commit()
    # Five for the message, and three for the tap by which the resident followed a moment ago.
    assert spent == [True] * 8 + [False]
    answers(post.town)
    post.rounds()
    assert post.pushed() == []
    post.town.says("resident", "查询")
    with post.town.machine.database.unit() as unit:
        assert unit.residents.spend_push(person, post.town.clock())


def test_who_has_left_is_not_pushed_to(post: Post) -> None:
    asks(post)
    post.town.platform.event("resident", "unsubscribe")
    answers(post.town)
    post.rounds()
    assert post.api.sent == []


def test_a_parcel_in_a_workers_hands_does_not_ride_on_a_reply(post: Post) -> None:
    asks(post)
    answers(post.town)
    with post.town.machine.database.unit() as unit:
        held = unit.outbox.lease(post.town.clock(), 20)
        unit.commit()
    assert held
    assert "找航道管理站" not in post.town.says("resident", "在吗")
    post.town.clock.moment += LEASE
    assert "找航道管理站" in post.town.says("resident", "在吗"), "a worker that died gives it back"


def test_a_worker_that_lost_its_lease_does_not_mark_anything(post: Post) -> None:
    asks(post)
    answers(post.town)
    with post.town.machine.database.unit() as unit:
        first = unit.outbox.lease(post.town.clock(), 20)[0]
        unit.commit()
    post.town.clock.moment += LEASE
    with post.town.machine.database.unit() as unit:
        second = next(one for one in unit.outbox.lease(post.town.clock(), 20) if one.id == first.id)
        assert not unit.outbox.sent(first, post.town.clock())
        assert unit.outbox.sent(second, post.town.clock())
        unit.commit()


def test_a_part_behind_one_in_the_pick_up_box_is_nothing_to_do(post: Post) -> None:
    asks(post)
    post.rounds()
    answers(post.town, "把材料备齐再去办，缺一样都要再跑一趟。" * 60)
    post.api.failures.extend([45047])
    post.rounds()
    assert post.pushed() == []
    with post.town.machine.database.reading() as unit:
        assert not unit.outbox.anything_due(post.town.clock())


def test_nothing_of_a_batch_is_sent_after_its_lease_has_ended(post: Post) -> None:
    for number in range(8):
        post.town.platform.event(f"other{number}", "subscribe", EventKey="qrscene_v1")
        post.town.says(f"other{number}", "航标歪了归谁修")
    post.rounds(1)  # the notices step down to the group's robot
    began = post.town.clock()
    sends: list[dt.timedelta] = []

    def slow(_way: str) -> None:
        post.town.clock.move(seconds=15)
        sends.append(post.town.clock() - began)

    post.api.weather = slow
    post.rounds(1)
    assert 1 <= len(sends) < 8
    assert max(sends) <= LEASE, "another worker may be sending it by then"
    post.api.weather = lambda _way: None
    post.town.clock.moment += LEASE
    post.rounds()
    assert len(post.api.said_in_group) == len(set(post.api.said_in_group)) == 8


def test_an_adviser_without_a_bound_account_is_told_in_the_group(post: Post) -> None:
    asks(post)
    post.rounds()
    assert len(post.api.said_in_group) == 1
    assert "示例律师" in post.api.said_in_group[0]
    assert "【看 1】" in post.api.said_in_group[0]


def test_when_the_group_is_gone_the_adviser_gets_a_letter(post: Post) -> None:
    asks(post)
    post.api.failures.extend([93000])
    post.rounds()
    assert post.api.said_in_group == []
    assert [letter["To"] for letter in post.letters.kept] == ["lawyer@example.org"]


def test_a_notice_that_no_channel_takes_is_shown_to_staff_and_can_be_retried(post: Post) -> None:
    asks(post)
    with post.town.machine.database.unit() as unit:
        lawyer = unit.advisers.named("示例法律明白人")
        case = unit.consultations.by_number(NUMBER)
        unit.outbox.notify(lawyer.id, "请看一下", post.town.clock(), case.id)
        unit.commit()
    post.api.failures.extend([0, 93000])
    post.rounds()
    assert [(one.to, one.number) for one in post.stuck()] == [("示例法律明白人", NUMBER)]
    assert "企业微信" in post.stuck()[0].why
    with post.town.machine.database.unit() as unit:
        unit.outbox.retry(post.stuck()[0].id, post.town.clock())
        unit.commit()
    post.rounds()
    assert post.stuck() == []
    assert "请看一下" in post.api.said_in_group[-1]


def test_an_answer_nobody_picks_up_is_listed_for_a_telephone_call(post: Post) -> None:
    asks(post)
    post.town.clock.move(hours=49)
    answers(post.town)
    post.rounds()
    assert post.stuck(hours=48) == []
    post.town.clock.move(hours=49)
    listed = post.stuck(hours=48)
    assert [one.number for one in listed] == [NUMBER]
    with post.town.machine.database.unit() as unit:
        told = unit.outbox.told(listed[0].id, post.town.clock())
        assert told is not None
        unit.consultations.delivered(told, post.town.clock(), "电话", "所长")
        unit.commit()
    assert post.stuck(hours=48) == []
    assert post.state() == "delivered"


def test_reminders_come_at_half_the_time_and_the_late_go_to_the_next_adviser(post: Post) -> None:
    asks(post)
    post.rounds()
    caretaker = post.town.machine.caretaker
    post.town.clock.move(hours=11)
    assert caretaker.once() == 0
    post.town.clock.move(hours=1)
    assert caretaker.once() == 1
    assert caretaker.once() == 0
    post.rounds()
    assert "时间过半" in post.api.said_in_group[-1]
    post.town.clock.move(hours=12)
    assert caretaker.once() == 1
    with post.town.machine.database.reading() as unit:
        case = unit.consultations.by_number(NUMBER)
        assert case.adviser == "示范镇司法所"
    post.town.clock.move(hours=25)
    caretaker.once()
    with post.town.machine.database.reading() as unit:
        case = unit.consultations.by_number(NUMBER)
    assert case.nobody_left
    assert case.state == "open"


def test_an_urgent_one_is_repeated_until_somebody_acknowledges(post: Post) -> None:
    post.town.says("resident", "有人要打死我")
    post.rounds()
    assert "急！请马上看" in post.api.said_in_group[-1]
    caretaker = post.town.machine.caretaker
    post.town.clock.move(minutes=30)
    assert caretaker.once() == 1
    post.rounds()
    assert "还没有人确认" in post.api.said_in_group[-1]
    with post.town.machine.database.unit() as unit:
        unit.consultations.acknowledge_urgent(unit.consultations.by_number(NUMBER).id, "值班", post.town.clock())
        unit.commit()
    post.town.clock.move(minutes=31)
    assert caretaker.once() == 1, "one last reminder that it is not answered"
    post.town.clock.move(minutes=31)
    assert caretaker.once() == 0


def test_what_was_answered_is_forgotten_after_an_hour(post: Post) -> None:
    from bot.store.models import Message

    post.town.says("resident", "借钱不还怎么办")
    post.town.clock.move(minutes=61)
    post.town.machine.caretaker.once()
    with post.town.machine.database.reading() as unit:
        assert [row.reply for row in unit.session.query(Message)] == [""]
