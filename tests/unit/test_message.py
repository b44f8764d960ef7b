import pytest

from bot.message import Inbound, Reply, pieces, tap


def test_a_short_text_stays_whole() -> None:
    assert pieces("一句话。") == ["一句话。"]
    assert pieces("") == []


@pytest.mark.parametrize("limit", [300, 500, 1800])
def test_a_long_text_is_cut_within_the_limit_and_nothing_is_lost(limit: int) -> None:
    text = "".join(f"第{number}句话说的是这个。\n" for number in range(200)) + "长" * 900
    parts = pieces(text, limit)
    assert all(len(part.encode()) <= max(limit, 600) for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


def test_a_link_is_never_cut() -> None:
    text = "字" * 150 + tap("没解决") + "字" * 150
    parts = pieces(text, 500)
    assert sum(part.count(tap("没解决")) for part in parts) == 1


def test_a_tap_cannot_break_out_of_its_link() -> None:
    assert tap('a"&<>#b').startswith('<a href="weixin://bizmsgmenu?msgmenucontent=ab&msgmenuid=1">')


def test_a_key_holds_no_identity_and_tells_messages_apart() -> None:
    one, other = Inbound.key_of("message", "openid", "1"), Inbound.key_of("message", "openid", "2")
    assert one != other
    assert "openid" not in one
    assert Inbound.key_of("a", "bc") != Inbound.key_of("ab", "c")


def test_reasons_are_added_without_touching_the_text() -> None:
    assert Reply("话", {"a": 1}).traced(b=2) == Reply("话", {"a": 1, "b": 2})
