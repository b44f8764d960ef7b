"""The webhook over real HTTP: what is refused, what is kept, and that every answer is one the platform understands."""

import hashlib
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from wechatpy.crypto import WeChatCrypto

from bot.demo import demo_settings
from bot.simulator.platform import Account, Platform
from bot.store.inbox import Kept
from bot.store.models import Message
from bot.wechat.codec import MAX_BODY_BYTES
from tests.conftest import Town, TownFactory


def kept(town: Town) -> list[Kept]:
    with town.machine.database.reading() as unit:
        return unit.inbox.for_staff()


def messages(town: Town) -> int:
    with town.machine.database.reading() as unit:
        return unit.session.query(Message).count()


def post(town: Town, xml: str, **change: str) -> requests.Response:
    """A signed call whose query is then changed."""
    query, body = town.platform.sign("resident", xml)
    return requests.post(town.platform.webhook, params={**query, **change}, data=body.encode(), timeout=10)


def text_xml(content: str = "借钱不还怎么办", message_id: str = "1", extra: str = "") -> str:
    return (
        "<xml><ToUserName>gh_demo</ToUserName><FromUserName>resident</FromUserName><CreateTime>1795312800</CreateTime>"
        f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>{extra}<MsgId>{message_id}</MsgId></xml>"
    )


@pytest.mark.parametrize("mode", ["plain", "compatible", "secure"])
def test_a_question_is_answered_in_every_mode(open_town: TownFactory, mode: str) -> None:
    exchange = open_town(mode=mode).exchange("resident", "借钱不还怎么办")
    assert exchange.status == 200
    assert exchange.reply


def test_the_handshake_echoes_plainly_in_every_mode(town: Town) -> None:
    stamp, nonce = str(int(town.clock().timestamp())), "n1"
    signature = hashlib.sha1("".join(sorted([town.platform.account.token, stamp, nonce])).encode()).hexdigest()
    query = {"signature": signature, "timestamp": stamp, "nonce": nonce, "echostr": "5931"}
    assert requests.get(town.platform.webhook, params=query, timeout=10).text == "5931"
    assert requests.get(town.platform.webhook, params={**query, "nonce": "n2"}, timeout=10).status_code == 403
    assert requests.get(town.platform.webhook, timeout=10).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"msg_signature": "0" * 40}, {"msg_signature": ""}, {"msg_signature": "签名"}, {"nonce": "other"}, {"timestamp": "0"},
        {"timestamp": "soon"}, {"timestamp": ""}, {"timestamp": "9" * 400}, {"timestamp": "²"},
    ],
)  # fmt: skip
def test_a_wrong_signature_or_time_is_refused_and_writes_nothing(town: Town, change: dict[str, str]) -> None:
    assert post(town, text_xml(), **change).status_code == 403
    assert messages(town) == 0
    assert kept(town) == []


def test_a_stale_call_is_refused(town: Town) -> None:
    query, body = town.platform.sign("resident", text_xml())
    town.clock.move(minutes=9)
    assert requests.post(town.platform.webhook, params=query, data=body.encode(), timeout=10).status_code == 200
    town.clock.move(minutes=2)
    assert requests.post(town.platform.webhook, params=query, data=body.encode(), timeout=10).status_code == 403


def test_a_plaintext_call_is_refused_when_a_key_is_set(town: Town) -> None:
    plain = Platform(town.platform.account, town.platform.webhook, "plain", lambda: town.clock().timestamp())
    assert plain.say("resident", "借钱不还怎么办").status == 403
    assert messages(town) == 0


def test_an_encrypted_call_is_refused_when_no_key_is_set(open_town: TownFactory) -> None:
    town = open_town(mode="plain")
    secure = Platform(town.platform.account, town.platform.webhook, "secure", lambda: town.clock().timestamp())
    assert secure.say("resident", "借钱不还怎么办").status == 403


def test_an_empty_token_proves_nothing(open_town: TownFactory, tmp_path: Path) -> None:
    settings = demo_settings(f"sqlite:///{tmp_path}/town.db")
    bare = settings.model_copy(
        update={"wechat": settings.wechat.model_copy(update={"token": type(settings.wechat.token)("")})}
    )
    town = open_town(settings=bare)
    assert town.exchange("resident", "你好").status == 403


def test_after_a_key_rotation_the_old_key_still_opens_and_answers(open_town: TownFactory, tmp_path: Path) -> None:
    settings = demo_settings(f"sqlite:///{tmp_path}/town.db")
    old, new = settings.wechat.encoding_aes_key, demo_settings("").wechat.encoding_aes_key
    rotated = settings.wechat.model_copy(update={"encoding_aes_key": new, "previous_encoding_aes_key": old})
    town = open_town(settings=settings.model_copy(update={"wechat": rotated}))
    account = town.platform.account
    for key in (old, new):
        named = Account(account.token, key.get_secret_value(), account.app_id)
        platform = Platform(named, town.platform.webhook, "secure", lambda: town.clock().timestamp())
        assert "您好" in platform.say("resident", "你好").reply


def test_a_call_for_another_app_is_kept_and_answered_with_success(town: Town) -> None:
    account = town.platform.account
    stranger = Account(account.token, account.encoding_aes_key, "wxother")
    platform = Platform(stranger, town.platform.webhook, "secure", lambda: town.clock().timestamp())
    exchange = platform.say("resident", "你好")
    assert (exchange.status, exchange.answer) == (200, "success")
    assert [row.state for row in kept(town)] == ["unreadable"]


MALFORMED = {
    "no XML": "hello",
    "nothing": "",
    "unclosed": "<xml><ToUserName>",
    "another root": "<html/>",
    "an empty root": "<xml/>",
    "no sender": text_xml().replace("FromUserName", "Nobody"),
    "an empty sender": text_xml().replace("resident", ""),
    "no type": text_xml().replace("MsgType", "Type"),
    "no message id": text_xml().replace("<MsgId>1</MsgId>", ""),
    "a message id that is no number": text_xml(message_id="abc"),
    "a time that is no number": text_xml().replace("1795312800", "soon"),
    "a time beyond all calendars": text_xml().replace("1795312800", "9" * 30),
    "a sender twice": text_xml(extra="<FromUserName>other</FromUserName>"),
    "content inside content": text_xml().replace("<![CDATA[借钱不还怎么办]]>", "<b>1</b>"),
    "an event without a name": text_xml().replace("text", "event"),
    "an entity bomb": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    + text_xml("x").replace("<![CDATA[x]]>", "&b;"),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_genuine_call_that_nobody_can_read_is_kept_and_answered_with_success(
    open_town: TownFactory, body: str
) -> None:
    town = open_town(mode="plain")
    response = post(town, body)
    assert (response.status_code, response.text) == (200, "success")
    rows = kept(town)
    assert [row.state for row in rows] == ["unreadable"]
    assert rows[0].content == body
    assert len(rows[0].error_id) == 8


@pytest.mark.parametrize("body", ["", "hello", "<xml/>", "<xml><Encrypt/></xml>", "<xml><Encrypt><a/></Encrypt></xml>"])
def test_an_encrypted_call_without_a_readable_envelope_is_refused(town: Town, body: str) -> None:
    query, _ = town.platform.sign("resident", text_xml())
    assert requests.post(town.platform.webhook, params=query, data=body.encode(), timeout=10).status_code == 403


@pytest.mark.parametrize("encrypted", ["AAAA", "not base64 !", "QUJD" * 16])
def test_a_signed_envelope_with_rubbish_inside_is_kept(town: Town, encrypted: str) -> None:
    query, _ = town.platform.sign("resident", text_xml())
    parts = sorted([town.platform.account.token, query["timestamp"], query["nonce"], encrypted])
    query["msg_signature"] = hashlib.sha1("".join(parts).encode()).hexdigest()
    body = f"<xml><ToUserName>x</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
    response = requests.post(town.platform.webhook, params=query, data=body.encode(), timeout=10)
    assert (response.status_code, response.text) == (200, "success")
    assert len(kept(town)) == 1


def test_too_large_a_body_is_refused_before_it_is_read(town: Town) -> None:
    big = "x" * (MAX_BODY_BYTES + 1)
    assert requests.post(town.platform.webhook, data=big, timeout=10).status_code == 413

    def chunks() -> Any:
        for _ in range(70):
            yield b"x" * 1024

    assert requests.post(town.platform.webhook, data=chunks(), timeout=10).status_code == 413
    assert messages(town) == 0


def test_control_characters_in_a_message_do_not_stop_it(town: Town) -> None:
    assert "您好" in town.says("resident", "你\x00\x08\x0b好\x1f\ufffe")


def test_what_a_resident_types_cannot_inject_xml_into_the_reply(town: Town) -> None:
    town.says("resident", "律师")
    town.says("resident", "航标]]></Content><MsgType>image</MsgType><Content><![CDATA[歪了")
    town.says("resident", "甲山")
    heard = town.says("resident", "查询")
    assert "]]></Content>" in heard


def test_emoji_and_rare_characters_travel_both_ways(town: Town) -> None:
    town.says("resident", "律师")
    town.says("resident", "航标😀𠮷㙓歪了")
    assert "😀𠮷㙓" in town.says("resident", "查询")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("image", {"PicUrl": "http://p", "MediaId": "m1"}), ("voice", {"MediaId": "m2", "Format": "amr"}),
        ("video", {"MediaId": "m3", "ThumbMediaId": "t"}), ("shortvideo", {"MediaId": "m4", "ThumbMediaId": "t"}),
        ("location", {"Location_X": "29.5", "Location_Y": "106.5", "Scale": "15", "Label": "甲山村口"}),
        ("link", {"Title": "看这个", "Description": "说明", "Url": "http://x"}),
    ],
)  # fmt: skip
def test_what_is_not_text_is_kept_for_a_person_and_words_are_asked_for(
    town: Town, kind: str, fields: dict[str, str]
) -> None:
    reply = town.platform.send_media("resident", kind, **fields).reply
    assert "2026-000001" in reply
    assert "文字" in reply
    with town.machine.database.reading() as unit:
        case = unit.consultations.by_number("2026-000001")
        turns = unit.consultations.conversation(case.id)
    assert case.state == "wordless"
    assert turns[0].media_id == fields.get("MediaId", "")
    assert all(value in turns[0].text for name, value in fields.items() if name in ("Label", "Url", "PicUrl"))


def test_words_after_a_picture_belong_to_the_same_consultation(town: Town) -> None:
    town.platform.send_media("resident", "image", PicUrl="http://p", MediaId="m1")
    town.says("resident", "航标歪了归谁修")
    with town.machine.database.reading() as unit:
        case = unit.consultations.by_number("2026-000001")
        kinds = [turn.kind for turn in unit.consultations.conversation(case.id)]
    assert case.question == "航标歪了归谁修"
    assert kinds == ["image", "text"]


def test_unknown_types_and_events_are_met_kindly_or_with_silence(town: Town) -> None:
    assert "没看明白" in town.platform.send_media("resident", "sticker", MediaId="m").reply
    for event in ("VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "something_new"):
        assert town.platform.event("resident", event, EventKey="x").answer == "success"


def test_following_through_a_villages_code_remembers_the_village(town: Town) -> None:
    reply = town.platform.event("resident", "subscribe", EventKey="qrscene_v3", Ticket="t").reply
    assert "丙坝村" in reply
    town.says("resident", "律师")
    assert "示例法律明白人" in town.says("resident", "航标歪了归谁修")


def test_a_follower_who_scans_another_villages_code_moves(town: Town) -> None:
    town.platform.event("resident", "subscribe")
    assert "甲山村" in town.platform.event("resident", "SCAN", EventKey="v1", Ticket="t").reply


def test_a_menu_click_works_like_the_word(town: Town) -> None:
    assert "还没有咨询记录" in town.platform.event("resident", "CLICK", EventKey="我的咨询").reply
    assert "帮助" in town.platform.event("resident", "CLICK", EventKey="没有的菜单").reply


def test_a_failing_handler_brings_a_kind_sentence_and_keeps_the_message(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_visit: object) -> None:
        raise RuntimeError("借钱不还的秘密")

    town.machine.dispatcher._handlers = (broken,)
    exchange = town.exchange("resident", "借钱不还的秘密")
    assert "抱歉" in exchange.reply
    rows = kept(town)
    assert [(row.state, row.content) for row in rows] == [("failed", "借钱不还的秘密")]
    assert rows[0].error_id in caplog.text
    assert "秘密" not in caplog.text
    again = town.platform.deliver("resident", exchange.message_id, exchange.xml)
    assert again.reply == exchange.reply
    assert len(kept(town)) == 1


def test_a_database_that_fails_is_admitted_to_the_resident(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy import text

    with town.machine.database.unit() as unit:
        unit.session.execute(text("DROP TABLE messages"))
        unit.commit()
    exchange = town.exchange("resident", "借钱不还怎么办")
    assert exchange.status == 200
    assert "可能没有记下来" in exchange.reply
    assert "12348" in exchange.reply


def test_logs_hold_no_secret_no_openid_and_no_words(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    town.exchange("openid-of-a-person", "我不想活了，救救我")
    post(town, text_xml("悄悄话"), nonce="wrong")
    account = town.platform.account
    own = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("bot", "handlers", "uvicorn"))
    )
    assert "urgent consultation number=2026-000001" in own
    for secret in ("openid-of-a-person", "不想活", "悄悄话", account.token, account.encoding_aes_key):
        assert secret not in own


def test_the_health_address_answers(town: Town) -> None:
    assert requests.get(town.platform.webhook.replace("/wechat", "/healthz"), timeout=10).json() == {"status": "ok"}


def test_a_long_reply_comes_in_parts_none_over_the_limit(town: Town) -> None:
    exchange = town.exchange("resident", "广告法第58条")
    heard = exchange.reply
    parts = 1
    while "还有内容" in heard:
        assert len(heard.encode()) <= 1800
        heard = town.platform.say("resident", "继续").reply
        parts += 1
    assert "法律顾问" in heard or "律师" in heard
    assert parts >= 2


def test_the_simulator_repeats_an_unanswered_call_as_the_platform_does(town: Town) -> None:
    account = town.platform.account
    nobody = Platform(account, "http://127.0.0.1:9/wechat", clock=time.time)
    exchange = nobody.say("resident", "你好")
    assert (exchange.status, exchange.attempts) == (0, 3)


def test_our_envelope_opens_with_wechatpys_own_check(town: Town) -> None:
    exchange = town.exchange("resident", "你好")
    import xmltodict

    sealed = xmltodict.parse(exchange.answer)["xml"]
    account = town.platform.account
    crypto = WeChatCrypto(account.token, account.encoding_aes_key, account.app_id)
    xml = crypto.decrypt_message(exchange.answer, sealed["MsgSignature"], sealed["TimeStamp"], sealed["Nonce"])
    assert "您好" in xml
