"""Every sentence that advisers read inside WeChat, in plain Chinese. What is clickable can be typed as well."""

import datetime as dt
from collections.abc import Sequence

from bot.clock import local
from bot.ledger.clocks import Due, counted
from bot.message import tap
from bot.routing import Notice
from bot.store.advisers import Counsel
from bot.store.consultations import Case, Said
from handlers.phrases import moment, shorten

BIND_HOW = "请把绑定码写在后面，例如：绑定 ABCD2345。绑定码找司法所要。"
UNBOUND = "已解绑。以后这个微信收不到待办了。"
NOT_BOUND = (
    "这个微信还没有绑定顾问，不能用这个口令。绑定码找司法所要，收到后发“绑定 绑定码”。"
    f"要咨询请直接说您的事，或点 {tap('帮助')}。"
)
NOTHING_TO_DO = "现在没有等您答复的咨询。"
NOTHING_TO_SEND = "还没有写答复。先发“答 编号 内容”，例如：答 23 先把借条和转账记录找齐。"
DRAFT_DROPPED = "好的，没发出的答复已经丢掉。咨询还在您的待办里。"
WORDS_ONLY = f"答复只能写文字。接着写，写完点 {tap('发送')}；不要了点 {tap('取消')}。"
NOTHING_TO_RETRACT = "没有可以撤回的答复。"
LEAVE_HOW = "请写请几天，例如：请假 3天。提前回来发“销假”。"
BACK_AT_WORK = "好的，从今天起又会分给您新的咨询。"

RESULT_NAMES = {
    "转顾问": "顾问已答复",
    "约期": "约了时间面谈",
    "转调解": "转调解",
    "转法援": "转法律援助",
    "转部门": "转其他部门",
}
_WAITS = {"open": "等人接手", "assigned": "等答复", "details": "等居民补充", "wordless": "居民还没说清"}

WHY = {
    "assigned": "分给您了", "urgent": "急！请马上看", "remind": "还没有答复，时间过半了",
    "unseen": "急！还没有人确认收到", "transferred": "转给您了",
    "details": "居民补充了您问的", "asked_back": "居民追问",
}  # fmt: skip
"""Why an adviser is told about a consultation."""


def bound(counsel: Counsel, waiting: int) -> str:
    where = "、".join(counsel.villages) or "全镇"
    return (
        f"绑定好了：{counsel.name}（{counsel.kind}，{where}）。现在有 {waiting} 件等您答复，点 {tap('待办')} 看。\n"
        f"怎么用：\n看 23　看一件\n答 23 内容　答复（可分几条写，写完点 {tap('发送')}）\n问 23 内容　请居民补充\n"
        f"转 23 姓名　转给别人\n结 23 结果　办结\n请假 3天　这几天不分给您\n两分钟内可以 {tap('撤回')}。"
    )


def notice(told: Notice) -> str:
    """Which matter, why now, by when, and what to type."""
    case = told.case
    short = short_number(case.number)
    lines = [
        f"【{WHY[told.why]}】咨询 {short}　{case.village or '未说明哪个村'}",
        shorten(case.question, 60) or "（图片或语音）",
        "先确认收到，再处理。" if case.urgent else _by(case.due_at),
        f"点 {tap(f'看 {short}')} 看全部" + (f"，点 {tap(f'收到 {short}')} 确认。" if case.urgent else "。"),
    ]
    return "\n".join(line for line in lines if line)


def due_today(dues: Sequence[Due], today: dt.date) -> str:
    """The day's notice to the office: how many of each kind, and how many are late."""
    kinds = "，".join(f"{what} {number} 件" for what, number in counted(dues).items())
    late = sum(due.late(today) for due in dues)
    overdue = f"其中 {late} 件已经过期。" if late else ""
    return f"【今日提醒】三天内到期：{kinds}。{overdue}请打开工作台，点“到期”看。"


def short_number(number: str) -> str:
    """2026-000023 as people say it: 23."""
    return str(int(number.partition("-")[2]))


def _by(due: dt.datetime | None) -> str:
    return f"最晚 {moment(due)} 前答复。" if due else ""


def to_do(cases: Sequence[Case], now: dt.datetime) -> str:
    if not cases:
        return NOTHING_TO_DO
    lines = []
    for case in cases:
        short = short_number(case.number)
        urgent = "【急】" if case.urgent else ""
        lines.append(f"{tap(f'看 {short}')}　{urgent}{case.village}　{left(case, now)}\n{shorten(case.question, 30)}")
    return f"等您答复的 {len(cases)} 件：\n" + "\n".join(lines)


def left(case: Case, now: dt.datetime) -> str:
    """How long there is to answer, in plain words."""
    if case.state in ("details", "wordless") or not case.due_at:
        return _WAITS[case.state]
    left = case.due_at - now
    if left < dt.timedelta():
        return "已超时"
    hours = left / dt.timedelta(hours=1)
    return f"还剩 {int(hours)} 小时" if hours >= 1 else f"还剩 {int(hours * 60)} 分钟"


_AUTHORS = {"resident": "居民", "bot": "机器人", "adviser": "", "note": "内部备注 "}
_KINDS = {"image": "图片", "voice": "语音", "video": "视频", "location": "位置", "link": "链接"}


def one(case: Case, said: Sequence[Said], near: Sequence[str], now: dt.datetime) -> str:
    """A whole consultation: what was said, what the knowledge base has nearby, what can be done."""
    short = short_number(case.number)
    urgent = "【急】" if case.urgent else ""
    when = left(case, now) if case.waits else "已答复"
    head = f"咨询 {short}　{urgent}{case.village or '未说明哪个村'}　{case.topic}　{when}"
    talk = "\n".join(f"{moment(turn.said_at)} {_AUTHORS[turn.author]}{turn.who}：{_shown(turn)}" for turn in said)
    bot = f"\n机器人答过：{shorten(case.answer, 120)}（居民：{case.feedback or '没评价'}）" if case.entry_id else ""
    nearest = "\n知识库里相近的：\n" + "\n".join(f"· {question}" for question in near) if near else ""
    acts = (
        f"\n点 {tap(f'答 {short}')} 开始答复；或发“问 {short} 要补充什么”“转 {short} 姓名”“结 {short} 结果”。"
        if case.waits or case.state == "wordless"
        else ""
    )
    return f"{head}\n{talk}{bot}{nearest}{acts}"


def _shown(turn: Said) -> str:
    if turn.kind == "text":
        return turn.text
    return f"（{_KINDS.get(turn.kind, '其他')}）{turn.text}".strip()


def drafting(case: Case, parts: Sequence[str], topic: str, result: str) -> str:
    """The half-written answer, with the ledger's codes as they would be saved."""
    short = short_number(case.number)
    state = f"已写 {len(parts)} 段，共 {sum(map(len, parts))} 字" if parts else "请写答复：先说结论，再说怎么办"
    return (
        f"答复咨询 {short}（{shorten(case.question, 20)}）：{state}。\n"
        f"类型：{topic}　{tap('改类型')}\n结果：{RESULT_NAMES[result]}　{tap('改结果')}\n"
        f"接着写就加一段；写完点 {tap('发送')}，不要了点 {tap('取消')}。"
    )


def choose_topic(topics: Sequence[str]) -> str:
    return "点一下是哪一类：\n" + "　".join(tap(f"类型 {topic}", topic) for topic in topics)


def choose_result() -> str:
    return "点一下结果：\n" + "　".join(tap(f"结果 {code}", name) for code, name in RESULT_NAMES.items())


def sent(case: Case) -> str:
    return f"咨询 {short_number(case.number)} 的答复已发出。两分钟内可以 {tap('撤回')}。"


def retracted(case: Case, *, in_time: bool) -> str:
    tail = "居民还没看到。" if in_time else "居民可能已经看到，已告诉他等您更正。"
    return f"咨询 {short_number(case.number)} 的答复已撤回，{tail}重新答复请发“答 {short_number(case.number)} 内容”。"


def asked(case: Case) -> str:
    return f"已问居民，咨询 {short_number(case.number)} 等他补充；补充了会告诉您。"


def transferred(case: Case, to: str) -> str:
    return f"咨询 {short_number(case.number)} 已转给{to}。"


def closed(case: Case, result: str, *, told: bool) -> str:
    tail = "已告诉居民。" if told else ""
    return f"咨询 {short_number(case.number)} 已办结（{RESULT_NAMES[result]}）。{tail}"


def referred_to_mediation(case: Case) -> str:
    """For the mediator of the village."""
    return (
        f"【转调解】咨询 {short_number(case.number)}　{case.village}　{case.topic}\n{shorten(case.question, 60)}\n"
        "已请居民去找村调委会。居民来了请受理登记；没来的，可以主动问一声。一方明确拒绝的，不能调解。"
    )


def acknowledged(case: Case, when: dt.datetime) -> str:
    return f"{local(when):%H:%M} 记下了：您已收到急事 {short_number(case.number)}。"


def away(last: dt.date, moved: int) -> str:
    rest = f"手上没开始办的 {moved} 件已转给别人。" if moved else ""
    return f"好的，请假到 {last.month}月{last.day}日（含当天），这几天不分给您新的。{rest}提前回来发“销假”。"


def unknown_number(asked_for: str) -> str:
    return f"没有编号 {asked_for} 的咨询。点 {tap('待办')} 看编号。"


def not_yours(case: Case) -> str:
    who = case.adviser or "司法所"
    return f"咨询 {short_number(case.number)} 由{who}办，不在您手上，没有改动。点 {tap('待办')} 看您的。"


def empty(command: str, number: str) -> str:
    what = {"答": "答复的内容", "问": "要居民补充什么", "转": "转给谁（姓名或司法所）", "结": "结果"}[command]
    return f"后面要写{what}，例如：{command} {number} {_EXAMPLES[command]}。没有改动。"


_EXAMPLES = {"答": "先把借条找齐", "问": "借条上写的是哪天还", "转": "司法所", "结": "转调解"}


STEPS = {
    "opened": "提问", "words_came": "补充了文字", "bot_answered": "自动答复", "escalated": "转给人",
    "assigned": "分派", "claimed": "接手", "transferred": "转办", "returned": "退回待分派", "reminded": "催办",
    "acknowledged": "确认收到急事", "details_asked": "请居民补充", "added": "补充", "answered": "答复",
    "retracted": "撤回答复", "delivered": "送达", "asked_back": "追问", "rated": "评价", "closed": "办结",
    "withdrawn": "撤回咨询", "noted": "写了备注", "sorted": "改了村或类型",
}  # fmt: skip
"""The events of a consultation as a person reads them."""


def unknown_topic(said: str) -> str:
    return f"没有“{said}”这一类。点 {tap('改类型')} 看有哪些。"


def refused(reason: str) -> str:
    """A rule of the record says no; nothing was written."""
    return f"{reason}。点 {tap('待办')} 看您的。"
