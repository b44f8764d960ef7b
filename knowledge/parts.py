"""Two questions in one message: 娃儿归哪个，还有借的钱哪个还."""

import re

_BREAK = re.compile(
    r"[。？！?!；;\n]+|[，,]?(?:另外|还有一?个?(?:问题|事情?)?|还想问一?下?|再问一?下?|顺便问一?下?|第二个?(?:问题|件事)?)[，,：:]?"
)
_ASKS = re.compile(
    r"怎么|咋|啷个|如何|怎样|是否|能不能|可不可以|可以|要不要|该不该|有没有|算不算|是不是|谁|哪个|哪些|哪里|多少|好多|几|什么|啥子?|吗|不$|合法"
)
_MOST = 4
"""Parts beyond these are a story or noise; nobody answers five questions at once."""
_SHORTEST = 5
"""Characters below which a part is no question of its own: 怎么办, 合法吗."""


def questions_in(text: str) -> list[str]:
    """The parts of a message that each ask something; one part or none for an ordinary message, none for too many."""
    parts = (part.strip(" ，,、") for part in _BREAK.split(text))
    asking = [part for part in parts if len(part) >= _SHORTEST and _ASKS.search(part)]
    return asking if len(asking) <= _MOST else []
