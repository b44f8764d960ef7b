"""Conversations as tables: what the resident says, and what must (or, after "not:", must not) stand in the reply."""

import pytest

from tests.conftest import Town

SILENT = "(silence)"

DIALOGUES = {
    "a plain question is answered with articles, the way to a person and the way to say it helped": [
        ("借钱不还怎么办", ["民法典", "解决了", "没解决", "律师", "12348"]),
    ],
    "a bare topic is met with choices, and a number picks one": [
        ("宅基地", ["您想问的是哪一个", "1. ", "都不是"]),
        ("1", ["依据", "解决了"]),
        ("查询", ["2026-000001", "已答复", "not:2026-000002"]),
    ],
    "a choice may be written in many ways": [
        ("宅基地", ["1. "]),
        ("选第二个", ["依据"]),
    ],
    "都不是 brings a person": [
        ("宅基地", ["都不是"]),
        ("都不是", ["2026-000001", "转给"]),
    ],
    "没解决 instead of a choice brings a person too": [
        ("宅基地", ["都不是"]),
        ("没解决", ["2026-000001", "转给"]),
    ],
    "another question instead of a choice is answered": [
        ("宅基地", ["都不是"]),
        ("借钱不还怎么办", ["依据"]),
    ],
    "an unknown matter goes to a person, the village is asked, and the village's adviser gets it": [
        ("河里的航标歪了归哪个修", ["2026-000001", "示范镇司法所", "11月23日10:00前", "哪个村", "甲山村"]),
        ("丙坝", ["丙坝村", "示例法律明白人"]),
        ("就是去年的事", ["已经补充", "示例法律明白人"]),
        ("还有一件材料", [SILENT]),
        ("查询", ["2026-000001", "等顾问答复"]),
    ],
    "a village that nobody recognises is asked for once more, and the words are kept": [
        ("律师", ["请把事情打出来"]),
        ("我要问航标的事情", ["转给", "哪个村"]),
        ("我们这边的", ["没认出"]),
        ("就是那个航标歪了", ["已经补充"]),
    ],
    "律师 after an automatic answer hands the same matter over": [
        ("借钱不还怎么办", ["依据"]),
        ("律师", ["2026-000001", "转给"]),
    ],
    "没解决 hands the same matter over, 解决了 closes it": [
        ("借钱不还怎么办", ["依据"]),
        ("没解决", ["2026-000001", "转给"]),
    ],
    "解决了 is thanked": [
        ("借钱不还怎么办", ["依据"]),
        ("解决了", ["好的"]),
        ("查询", ["2026-000001", "已答复"]),
    ],
    "a new question on purpose is answered while another matter is open": [
        ("律师", ["请把事情打出来"]),
        ("航标歪了找谁", ["转给"]),
        ("甲山村", ["示例律师"]),
        ("新问题", ["请说您的新问题"]),
        ("借钱不还怎么办", ["依据"]),
        ("没解决", ["2026-000002"]),
    ],
    "danger comes first, even inside an open matter": [
        ("律师", ["请把事情打出来"]),
        ("航标歪了找谁", ["转给"]),
        ("我不想活了", ["12356", "2026-000001", "删掉"]),
    ],
    "violence that is happening brings 110 and 12338 before anything": [
        ("老公又打我", ["110", "12338", "安全"]),
    ],
    "small talk and gibberish reach nobody": [
        ("你好", ["您好"]),
        ("谢谢", ["不客气"]),
        ("asdf", ["没看明白"]),
        ("👍👍", ["没看明白"]),
        ("【收到不支持的消息类型，暂无法显示】", ["没看明白"]),
        ("查询", ["还没有咨询记录"]),
    ],
    "an article is shown when asked for by number, in digits or in words": [
        ("民法典1079条", ["第一千零七十九条", "感情确已破裂"]),
        ("第一千零七十九条", ["第一千零七十九条"]),
        ("《人民调解法》第33条", ["三十日"]),
        ("民法典9999条", ["没有找到"]),
    ],
    "a changed village is remembered": [
        ("换村", ["哪个村", "甲山村"]),
        ("水边村", ["乙水村"]),
        ("律师", ["请把事情打出来"]),
        ("航标歪了找谁", ["示例律师", "not:哪个村"]),
    ],
    "erasing asks once when an answer is still owed": [
        ("律师", ["请把事情打出来"]),
        ("航标歪了找谁", ["转给"]),
        ("删除我的记录", ["确认删除", "2026-000001"]),
        ("确认删除", ["已经删掉"]),
        ("查询", ["还没有咨询记录"]),
    ],
    "help names every word that works": [
        ("帮助", ["律师", "查询", "重发", "新问题", "换村", "删除我的记录", "12348"]),
    ],
    "of two questions in one message the first is answered and the second is one tap away": [
        ("隔壁砌墙占了我家的地怎么办？还有老板欠工资不给找谁", ["依据", "您还问了另一件事", "2. "]),
        ("2", ["工资", "依据"]),
        ("查询", ["2026-000001", "2026-000002", "not:2026-000003"]),
    ],
    "the second question may be left alone": [
        ("隔壁砌墙占了我家的地怎么办？还有老板欠工资不给找谁", ["您还问了另一件事"]),
        ("都不是", ["好的", "not:转给"]),
        ("借钱不还怎么办", ["依据"]),
    ],
    "重发 without an answer says so": [
        ("重发", ["没有可以重发"]),
    ],
}


@pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())
def test_dialogue(town: Town, dialogue: list[tuple[str, list[str]]]) -> None:
    for said, expected in dialogue:
        heard = town.says("resident", said)
        for part in expected:
            if part == SILENT:
                assert heard == "", f"{said!r} should be met with silence"
            elif part.startswith("not:"):
                assert part.removeprefix("not:") not in heard, f"{said!r} -> {heard}"
            else:
                assert part in heard, f"{said!r} -> {heard}"
