"""When no entry fits but an article plainly does, the resident may read it while the adviser answers."""

import copy
import datetime as dt

from knowledge.articles import Articles
from knowledge.corpus import Corpus
from knowledge.desk import Desk
from knowledge.matcher import Matcher
from tests.conftest import TownFactory


def knowing_little(desk: Desk) -> Desk:
    """The same desk with the first forty entries only, which are about animals and shopping."""
    few = Corpus(desk.corpus.entries[:40])
    poor = copy.copy(desk)
    articles = Articles(few, desk.statutes, desk.normaliser, dt.date(2026, 11, 22))
    poor._shelf = desk._shelf._replace(matcher=Matcher(few, desk.normaliser, articles))
    return poor


def test_an_article_that_plainly_fits_is_shown_beside_the_escalation(open_town: TownFactory, desk: Desk) -> None:
    heard = open_town(over=knowing_little(desk)).says("resident", "拾得遗失物，应当返还权利人，送交公安等有关部门吗")
    assert "已经转给" in heard
    assert "可能相关的法条" in heard
    assert "《民法典》第314条：拾得遗失物，应当返还权利人" in heard
    assert "以顾问的答复为准" in heard


def test_no_article_is_shown_when_none_fits(open_town: TownFactory, desk: Desk) -> None:
    heard = open_town(over=knowing_little(desk)).says("resident", "河里的航标歪了归哪个修")
    assert "可能相关的法条" not in heard
