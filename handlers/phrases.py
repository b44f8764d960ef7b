"""Every sentence the public reads, in plain Chinese. A word in tap(...) is clickable and can be typed as well."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.clock import local
from bot.lifecycle import State
from bot.message import link, plain, tap
from bot.store.consultations import Case
from knowledge.entry import Citation, Entry
from knowledge.publicity import Day
from knowledge.quiz import LETTERS, Question
from knowledge.statutes import Article


@dataclass(frozen=True)
class Office:
    """What residents are told about the township: its name, hotline (may be empty) and office hours."""

    name: str
    hotline: str
    hours: tuple[str, str]

    @property
    def telephone(self) -> str:
        return f"，或在{self.hours[0]}到{self.hours[1]}打{self.name}电话 {self.hotline}" if self.hotline else ""


REACH = f"想找人问：点 {tap('律师')}，或打免费法律热线 12348"
FEEDBACK = f"这样说有帮助吗？点 {tap('解决了')} 或 {tap('没解决')}"
CONTINUE = f"（还有内容，点 {tap('继续')} 或回复任意文字）"
SEPARATOR = "\n————\n"
NEITHER = "都不是"

HANDED_OVER_WITHOUT_NUMBER = "这件事我说不准，会转给村法律顾问来答。着急请打 12348。"
NOT_RECORDED = "系统正忙，您刚才的话可能没有记下来。请过几分钟再发一次；着急的话请打 12348，有危险请打 110。"
FAILED = (
    "抱歉，刚才系统出了点问题，您的话已经留下，工作人员会查看。您可以换个说法再发一次；着急请打 12348，有危险请打 110。"
)


def welcome(office: Office, village: str, examples: Sequence[str]) -> str:
    greeting = f"您好，这里是{office.name}法律咨询。" + (f"您是{village}的乡亲，已经记下了。" if village else "")
    lines = "\n".join(f"· {tap(example)}" for example in examples)
    return (
        f"{greeting}\n把遇到的事用平常话打出来就行，比如：\n{lines}\n"
        f"我答不了的，会转给村法律顾问。不收费。\n"
        f"{REACH}\n其他：{tap('查询')} {tap('帮助')}\n"
        f"您说的话只用来答复您和统计件数，随时可以点 {tap('删除我的记录')}。"
    )


def help_text(office: Office) -> str:
    return (
        "怎么用：\n把事情用平常话打出来发给我，一次说一件事。\n"
        f"{tap('律师')}　请人来答\n{tap('查询')}　看我的咨询和答复\n{tap('重发')}　把答复再发一遍\n"
        f"{tap('新问题')}　另外问一件事\n{tap('换村')}　改我的村\n{tap('删除我的记录')}　删掉我说过的话\n"
        f"{tap('今日普法')}　看看几个常见问题\n{tap('法律测试')}　十道选择题\n"
        f"想看法条原文，直接发“民法典1079条”这样的话。\n"
        f"急事：报警 110，法律热线 12348{office.telephone}。"
    )


MENU = ("法律咨询", "我的咨询", "帮助")
"""The account's menu: each name is also a word that can be typed."""
UNDER = {"帮助": ("帮助", "今日普法", "法律测试")}
"""What a button of the menu opens instead of sending its own name."""


def console_menu(office: Office) -> dict[str, str]:
    """What each button of the menu says by itself where the account may not tell the bot of a click."""
    return dict(
        zip(
            MENU,
            (
                "把遇到的事用平常话打出来发给我就行，一次说一件事，比如：邻居砌围墙占了我家的地怎么办。\n"
                "我答不了的，会转给村法律顾问。不收费。急事请打 110，法律热线 12348。",
                "请发“查询”两个字，就能看您的咨询办到哪一步、顾问怎么答复的。",
                plain(help_text(office)),
            ),
            strict=True,
        )
    )


# --- the page on the notice board ----------------------------------------------------------------------------------

POSTER = {
    "title": "有事问法律，微信扫一扫",
    "free": "不收费，白天晚上都能问",
    "scan": "打开微信，扫这个码，点“关注”，把事情用平常话打出来",
    "paste": "请在这里贴公众号二维码",
    "paste_how": "从公众平台后台下载：设置与开发 > 账号设置 > 账号详情 > 二维码",
    "code": "公众号二维码",
    "ask": "可以这样问",
    "person": "机器人答不了的，转给村法律顾问",
    "hotline": "全国免费法律热线",
    "danger": "有危险先打 110",
    "privacy": "您说的话只用来答复您和统计件数，可以随时在公众号里点“删除我的记录”删掉。",
}


def poster_adviser(village: str, name: str, kind: str) -> str:
    return f"{village}的{kind}：{name}" if kind != "司法所" else f"{village}由{name}答复"


def poster_office(office: Office) -> str:
    telephone = f"，电话 {office.hotline}" if office.hotline else ""
    return f"{office.name}上班时间 {office.hours[0]} 到 {office.hours[1]}{telephone}"


# --- answers -------------------------------------------------------------------------------------------------------


def answer(entry: Entry) -> str:
    """An entry as the resident receives it: the answer, what next, the articles, how to reach a person."""
    return (
        f"{entry.answer}\n\n依据：{citations(entry.law)}\n{_unverified(entry.source)}"
        f"（发“{entry.law[0].law}{entry.law[0].number}条”可看原文）\n"
        f"这是一般的说法，您家的情况可能不同。\n{FEEDBACK}\n{REACH}"
    )


def _unverified(source: Sequence[str]) -> str:
    named = "".join(f"《{name}》" for name in source)
    return f"还要看{named}，细节请顾问核对。\n" if named else ""


def and_second(text: str, question: str) -> str:
    """An answer followed by the other question of the same message, which a tap or the number 2 answers."""
    return f"{text}\n\n您还问了另一件事，点一下或回复 2 就答：\n2. {tap(question)}"


def citations(law: Sequence[Citation]) -> str:
    """《民法典》第1042条、第1079条；《人民调解法》第33条."""
    by_law: dict[str, list[str]] = {}
    for citation in law:
        by_law.setdefault(citation.law, []).append(citation.article)
    return "；".join(f"《{name}》{'、'.join(articles)}" for name, articles in by_law.items())


def choices(questions: Sequence[str]) -> str:
    lines = "\n".join(f"{number}. {tap(question)}" for number, question in enumerate(questions, 1))
    numbers = "/".join(str(number) for number in range(1, len(questions) + 1))
    return f"您想问的是哪一个？点一下，或回复 {numbers}：\n{lines}\n{tap(NEITHER)}（转给法律顾问）\n着急请打 12348。"


def article(found: Article) -> str:
    return (
        f"《{found.citation.law}》{found.label}（{found.version}文本）\n{found.text}\n\n"
        f"不明白怎么用到自己的事上，把事情说给我听，或点 {tap('律师')}。"
    )


def no_article(law: str, asked: str) -> str:
    return f"没有找到《{law}》{asked}。请看看条号对不对，也可以直接把事情说给我听，或点 {tap('律师')}。"


# --- a person takes over -------------------------------------------------------------------------------------------


UNSURE = "这件事我说不准，"
ASKED_FOR = "好的，"
UNSOLVED = "没帮上您，对不起。这件事"


def handed_over(opening: str, case: Case, *, known_village: bool, villages: Sequence[str]) -> str:
    who = case.adviser or "镇上的法律顾问"
    text = (
        f"{opening}已经转给{who}，编号 {case.number}。\n{_when(case.due_at)}"
        "答复出来后，您随便发一句话就能收到。\n还有要补充的，现在就可以接着说（照片、语音也行）。"
    )
    if not known_village:
        text += "\n" + ask_village(villages)
    return text + f"\n等不及请打 12348。想另外问一件事，点 {tap('新问题')}。"


_EXCERPT = 110
"""Characters of an article beside an escalation: two of them and the escalation still fit one reply."""


def may_bear_on_it(articles: Sequence[Article]) -> str:
    """Articles for someone who waits for a person: offered to read, never as the answer."""
    shown = "\n".join(
        f"《{one.citation.law}》{one.citation.article}：{shorten(one.text, _EXCERPT)}"
        f"（发“{one.citation.law}{one.citation.number}条”看全文）"
        for one in articles
    )
    return f"可能相关的法条（不一定合您的情况，以顾问的答复为准）：\n{shown}"


def _when(due: dt.datetime | None) -> str:
    return f"最晚{moment(due)}前答复您。" if due else ""


def moment(when: dt.datetime) -> str:
    here = local(when)
    return f"{here.month}月{here.day}日{here.hour:02d}:{here.minute:02d}"


def ask_village(villages: Sequence[str]) -> str:
    lines = "　".join(tap(village) for village in villages)
    return f"请问您是哪个村的？点一下或打村名：\n{lines}" if villages else ""


def village_known(village: str, case: Case | None) -> str:
    who = f"您的咨询 {case.number} 由{case.adviser or '镇上的法律顾问'}答复。{_when(case.due_at)}" if case else ""
    return f"好的，记下了：{village}。{who}"


def village_unclear(villages: Sequence[str]) -> str:
    return f"没认出是哪个村。不要紧，您的事已经在办。\n{ask_village(villages)}"


def already_handed_over(case: Case) -> str:
    return f"您的事 {case.number} 已经在{case.adviser or '镇上的法律顾问'}手里。{_when(case.due_at)}着急请打 12348。"


def added(case: Case) -> str:
    who = case.adviser or "法律顾问"
    return (
        f"收到，已经补充到您的咨询 {case.number}，{who}会一起看。{_when(case.due_at)}"
        f"后面再补充我就不一一回了。想另外问一件事，点 {tap('新问题')}。"
    )


ASK_FOR_QUESTION = (
    "好的，请把事情打出来（什么时候、和谁、发生了什么、您想怎么办），我马上转给法律顾问。着急请打 12348。"
)
NEW_QUESTION = "好的，请说您的新问题。原来那件事照样在办。"
UNKNOWN_MENU = f"这个菜单还没有内容。请把事情打出来发给我，或点 {tap('帮助')}。"
NO_VILLAGES = "这里还没有登记村名，不用换。请直接说您的事。"


def urgent(danger: str, case: Case) -> str:
    return f"{DANGER[danger]}\n{_AFTER_DANGER.format(number=case.number)}"


DANGER_NAMES = {
    "violence": "家暴", "child": "侵害孩子", "suicide": "轻生", "held": "被关", "accident": "险情", "scam": "诈骗",
}  # fmt: skip
"""For advisers and staff."""

DANGER = {
    "accident": (
        "救人要紧：受伤、中毒、落水马上打 120；着火、有人被困打 119；都可以打 110。\n"
        "说清在哪个村哪个社、几个人、什么情况，电话不要挂。先顾自己安全，不要盲目下去救。"
    ),
    "violence": (
        "您先保证自己安全：能走就先离开，到人多的地方或亲戚邻居家。\n"
        "现在就打 110；妇女求助打 12338。受了伤先去医院，留好病历和照片。\n"
        "可以向法院申请人身安全保护令，情况紧急的，法院 24小时内作出决定。"
    ),
    "child": (
        "孩子的安全最要紧：先把孩子带到安全的地方。\n现在就打 110；青少年求助打 12355。\n"
        "孩子不见了，马上打 110，不用等。需要看伤的先去医院。不要反复追问孩子，留好衣物和记录。"
    ),
    "suicide": (
        "您现在一定很难受，谢谢您愿意说出来。请先别一个人待着，叫一个信得过的人陪您。\n"
        "现在就打心理援助热线 12356，白天晚上都有人接。\n"
        "是家里人或别人要出事：马上打 120 和 110，守住他；喝了农药的，把瓶子带去医院。\n"
        "事情再难也有人和您一起想办法。"
    ),
    "held": "能打电话就马上打 110，说清您在什么地方；不方便说话，可以发短信到 12110。\n先顾自己安全，不要硬来。",
    "scam": (
        "先停下，不要再转钱，也不要告诉别人验证码。\n已经转了，马上打 110 报警，再打银行客服要求止付，越快越好。\n"
        "留好聊天记录和转账记录。公安、法院不会在电话里叫人转账。"
    ),
}  # fmt: skip
_AFTER_DANGER = (
    "您的话已经急转给镇上值班人员，编号 {number}。法律问题可打 12348。\n"
    "怕别人看到，可以把这段聊天从手机上删掉，不影响我们帮您。"
)


# --- the resident's own records ------------------------------------------------------------------------------------

STATES = {
    State.CHOOSING: "等您选问题", State.WORDLESS: "等您补充文字", State.OPEN: "等顾问答复",
    State.ASSIGNED: "等顾问答复", State.DETAILS: "顾问等您补充", State.ANSWERED: "已答复",
    State.DELIVERED: "已答复", State.CLOSED: "已办结", State.WITHDRAWN: "已撤回",
}  # fmt: skip


def own_cases(cases: Sequence[Case]) -> str:
    if not cases:
        return "您还没有咨询记录。把遇到的事直接发给我就行。"
    lines = [
        f"{case.number}　{STATES[State(case.state)]}\n{shorten(case.question)}"
        + (
            f"\n{case.adviser or '法律顾问'}，最晚{moment(case.due_at)}前答复"
            if case.waits and case.state != State.DETAILS and case.due_at
            else ""
        )
        for case in cases
    ]
    return "您的咨询：\n" + "\n".join(lines) + f"\n要再看一遍顾问的答复，点 {tap('重发')}。"


def shorten(text: str, length: int = 24) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= length else plain[: length - 1] + "…"


ASK_BACK = "追问"
_STARS = "　".join(tap(str(stars), f"{stars}分") for stars in range(1, 6))


def adviser_answer(case: Case) -> str:
    """An adviser's answer as it lies in the pick-up box."""
    return (
        f"您的咨询 {case.number} 有答复了（{case.answerer}）。\n您问：{shorten(case.question)}\n\n{case.answer}\n\n"
        f"要再看一遍，点 {tap('重发')}；这件事还想问，点 {tap(ASK_BACK)}；或打 12348。\n"
        f"{FEEDBACK}，也可以打分：{_STARS}"
    )


def ask_back(case: Case) -> str:
    return f"好的，请说您还想问{case.answerer}什么，我马上转过去。"


def asked_back(case: Case) -> str:
    return f"已经转给{case.adviser}，还是编号 {case.number}。{_when(case.due_at)}着急请打 12348。"


def rated(stars: int) -> str:
    more = f"没帮上您的话，点 {tap('没解决')}，再请人看。" if stars <= 2 else ""
    return f"谢谢，记下了 {stars} 分。{more}"


CANNED = (
    "这件事要看具体材料。请把有关的合同、收据、聊天记录拍照发过来，我看了再答您。",
    "建议先请村人民调解委员会调解，不收费。带上身份证和有关材料，到村委会说明就行。",
    "这件事要到法院起诉。请带上身份证、证据和对方的姓名、住址，到法院立案窗口，不会写诉状可以请他们帮忙，或者来司法所。",
    "您家里有困难的话，可以申请法律援助，不用交律师费。请带上身份证和困难证明到司法所，也可以打 12348。",
    "这件事不归司法所管，请找下面说的部门办；他们不办或者说不清的，再来找我。",
)
"""Ready sentences that an adviser can put into an answer and change."""


def details_wanted(case: Case, who: str, words: str) -> str:
    """An adviser's question to the resident."""
    return f"{who}看了您的咨询 {case.number}，想先问您：\n\n{words}\n\n直接回复就行，照片也可以。着急请打 12348。"


EXAM_OVER = "这次测试已经结束，或者网址不对。请问一问组织测试的工作人员。"
EXAM_TOO_LATE = "交卷超过了时间，这次没有成绩。请告诉组织测试的工作人员。"
QUIZ_STOPPED = "好的，测试停了。想再测，发“法律测试”。有事要问，直接发给我。"
QUIZ_EMPTY = "现在题目不够，测不了。有事要问，直接发给我。"
QUIZ_NO_SUCH = "没有这个选项，请再选一次。"
QUIZ_UNCLEAR = "没看明白选的是哪个，请再选一次。要问别的事，请写成一句话。"
QUIZ_LEFT = f"（刚才的测试停了。想再测，点 {tap('法律测试')}。）"


def quiz_question(question: Question, number: int, of: int, before: str) -> str:
    """One question with its options to tap; `before` is what was said of the last one."""
    options = "\n".join(
        f"{letter}. {tap(letter, option)}" for letter, option in zip(LETTERS, question.options, strict=False)
    )
    opening = f"{before}\n\n" if before else ""
    stop = f"点一个，或者回复 {LETTERS[: len(question.options)]}。不想测了点 {tap('退出测试')}。"
    return f"{opening}第 {number} 题（共 {of} 题）：{question.question}\n{options}\n{stop}"


def quiz_verdict(question: Question, *, right: bool, skipped: bool = False) -> str:
    letter, option = LETTERS[question.right - 1], question.options[question.right - 1]
    wrong = f"{'没关系，答案' if skipped else '不对，应该'}是 {letter}（{option}）。"
    opening = "答对了。" if right else wrong
    return f"{opening}{question.why}（{citations([question.law])}）"


def quiz_over(right: int, of: int, before: str) -> str:
    return f"{before}\n\n测完了：{of} 题答对 {right} 题，{right * 100 // of} 分。再测一次点 {tap('法律测试')}。"


NO_PUBLICITY = "现在没有普法的安排。有事直接发给我就行。"


def publicity(day: Day, today: dt.date) -> str:
    """The questions of today, or of the day that comes next."""
    when = "今天是" if day.is_on(today) else f"下一个普法日是 {day.month}月{day.day}日 "
    lines = "\n".join(
        f"{number}. {tap(f'普法{number}', entry.question)}" for number, entry in enumerate(day.entries, 1)
    )
    return f"{when}{day.name}，说说{day.theme}。点一个看看，或者回复数字：\n{lines}\n有自己的事要问，直接发给我。"


def publicity_answer(entry: Entry, day: Day) -> str:
    """An entry to read; nothing is asked about it and nothing is recorded."""
    return (
        f"【{entry.question}】\n{entry.answer}\n\n依据：{citations(entry.law)}\n{_unverified(entry.source)}"
        f"再看别的，点 {tap('今日普法', day.theme)}。您家有这样的事，直接把经过发给我。"
    )


def publicity_notice(day: Day) -> str:
    """Under an answer, once on the day."""
    return f"今天是{day.name}，点 {tap('今日普法')} 看看{day.theme}。"


def mass_message(day: Day, township: str) -> str:
    """A draft for the platform's own mass sending (群发), to be read by somebody before it goes out."""
    parts = [f"{day.name}｜{township}和您说说{day.theme}", ""]
    for number, entry in enumerate(day.entries, 1):
        parts += [f"{number}. {entry.question}", entry.answer, f"（{citations(entry.law)}）", ""]
    end = "您家有这样的事，把经过发给我们的公众号，先由机器人答，答不了的转给法律顾问。紧急请打 110，咨询请打 12348。"
    return "\n".join([*parts, end])


NOTIFY_TITLE = "答复通知"
NOTIFY_ON = "好了。有答复时会通知您一次，收到后给公众号发任意一句话就能看到。现在可以关掉这一页。"
NOTIFY_OFF = "没有开启通知，也没关系：以后给公众号发任意一句话，有答复就会告诉您。"
NOTIFY_SPENT = "这个链接已经用过或者过期了。没关系：给公众号发任意一句话，有答复就会告诉您。"


def notify_me(address: str) -> str:
    """Under the words that a person will answer."""
    return f"\n{link(address, '点这里，有答复时通知我')}（只通知一次）"


def answer_waits(answer: str) -> str:
    """The news that an answer waits, with as much of it as fits beside what to do: 200 characters in all."""
    tail = "……给公众号发任意一句话，就能看到全部答复。"
    return shorten(plain(answer), 200 - len(tail)).rstrip("…") + tail


def closed_without_answer(case: Case, who: str, words: str) -> str:
    """The adviser closed it, having spoken with the resident for example."""
    why = f"：{words}\n" if words else "。"
    return f"您的咨询 {case.number} {who}已经办结{why}没有解决的话，点 {tap('律师')} 再转给人，或打 12348。"


def referral(to: str, village: str, words: str) -> str:
    """Where else the matter is taken up, for 转调解, 转法援 and 转部门; `words` are the adviser's own."""
    own = f"\n\n{words}" if words else ""
    return _REFERRALS[to].format(committee=f"{village}调委会" if village else "村里的调委会") + own


_REFERRALS = {
    "转调解": (
        "这件事建议先调解：请村调委会把两边叫到一起商量。调解不收钱，要双方自愿；谈不拢，照样可以去法院。\n"
        "1. 带上身份证和有关的字据、照片、转账记录，去找{committee}，说“申请人民调解”。\n"
        "2. 尽早去。有起诉期限的事，不要只等调解。\n"
        "3. 谈成了，可以写调解协议书；口头说好的，请调解员记下来。\n"
        "4. 怕对方不照办：从协议生效起 30 天内，双方一起去法院申请司法确认；确认有效后可以申请强制执行。\n"
        "依据：《人民调解法》第三条、第四条、第十七条、第二十八条、第三十三条。"
    ),
    "转法援": (
        "这件事可以申请法律援助：条件够的，由法律援助机构安排律师，不收钱。\n"
        "1. 带身份证、有关材料、家里困难的情况，到镇司法所问怎么申请；打官司的，向办案法院当地的法律援助机构申请。\n"
        "2. 进城务工讨工钱、工伤要赔偿的，有材料证明就不查经济困难；受虐待、遗弃、家暴的，不受经济困难限制。\n"
        "3. 收到申请后 7 天内决定；同意的，3 天内安排人。有起诉、仲裁期限的，尽快去。\n"
        "够不够条件，先打 12348 问。\n"
        "依据：《法律援助法》第二条、第三十一条、第三十二条、第三十八条、第四十二条、第四十三条。"
    ),
    "转部门": "这件事要找有关部门办，去的时候带上身份证和有关材料。办不成，可以再来问我，或打 12348。",
}


def answer_taken_back(case: Case) -> str:
    return f"您的咨询 {case.number} 刚才的答复，顾问收回去更正了，请先不要照着做。新的答复出来就告诉您。"


NOTHING_TO_REPEAT = "现在没有可以重发的答复。点 " + tap("查询") + " 看您的咨询办到哪一步了。"
ERASED = "已经删掉您说过的话和您的身份记录，只留下件数统计。以后有事，随时再来问。"


def confirm_erasure(case: Case) -> str:
    return (
        f"您还有一件事 {case.number} 在等答复，删掉后就收不到了。\n真的要删，点 {tap('确认删除')}；不删就不用管这条。"
    )


# --- feedback, small talk, what cannot be read ---------------------------------------------------------------------

SOLVED = "好的，能帮上就好。以后有事随时问。"
LEFT_ALONE = f"好的。还有别的事请直接说；要找人问点 {tap('律师')}，或打 12348。"
NOTHING_TO_RATE = "您说的是哪件事？请把事情打出来发给我。"

SMALL_TALK = {
    "greeting": "您好！有什么法律上的事，用平常话打出来就行，比如“邻居砌墙占了我家的地”。",
    "thanks": f"不客气。还有事随时问；想找人问点 {tap('律师')}，或打 12348。",
    "who": (
        "我是法律咨询机器人，照《民法典》等法律回答常见问题；答不了的转给村法律顾问。不收费。"
        f"点 {tap('帮助')} 看怎么用。"
    ),
    "bye": "好的，再见。有事随时来问。",
    "upset": f"让您不满意了，对不起。您可以点 {tap('律师')} 请人来答，或打 12348。",
    "offtopic": (
        f"这个我不懂，我只会答法律上的事。有纠纷、合同、土地、婚姻家庭方面的问题请直接说；要找人点 {tap('律师')}。"
    ),
    "gibberish": f"没看明白。请用一句话说说遇到了什么事，比如“老板欠工资不给”。要找人点 {tap('律师')}，或打 12348。",
}


def unread_media(kind: str, case: Case) -> str:
    what = {"image": "图片", "voice": "语音", "video": "视频", "location": "位置", "link": "链接"}.get(kind, "内容")
    return (
        f"收到您的{what}，已经给顾问留着（编号 {case.number}）。我还看不懂{what}，"
        "请用文字说一下是什么事（可以用手机键盘上的话筒，说话变文字）。\n"
        f"不方便打字，点 {tap('律师')}，或打 12348。"
    )
