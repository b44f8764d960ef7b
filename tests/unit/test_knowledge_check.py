"""Each rule of the knowledge lint is broken once, and must be heard."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from handlers import phrases
from knowledge.check import check, coming, for_the_lawyer, unverified, write_lock
from knowledge.corpus import Corpus, load
from knowledge.desk import Desk
from knowledge.fault import KnowledgeError
from knowledge.stats import uncited
from knowledge.statutes import Statutes
from knowledge.text import Normaliser, Tables

TODAY = dt.date(2026, 11, 22)

PHRASINGS = [
    "想离婚要等多久",
    "离婚冷静期几天",
    "办离婚等好久",
    "离婚证多久拿到",
    "打脱离要等好久",
    "冷静期",
    "申请离婚之后还要等多少天",
    "离婚等几天",
]
ENTRY = {
    "id": "divorce-wait",
    "question": "协议离婚要等多久",
    "similar": PHRASINGS,
    "keywords": ["离婚冷静期"],
    "answer": "要等三十日。" + "两个人一起到婚姻登记机关申请，期满后再一起去领离婚证，没有一起去就算撤回。" * 2,
    "law": ["民法典#1077"],
    "topic": "婚姻家庭",
    "service": "none",
    "updated": TODAY,
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_entries(*entries: dict[str, object], name: str = "divorce") -> Path:
        folder = tmp_path / "data" / "marriage"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.toml").write_text("\n".join(map(_toml, entries)), encoding="utf-8")
        return tmp_path / "data"

    return write_entries


def _toml(entry: dict[str, object]) -> str:
    lines = ["[[entry]]"]
    for key, value in entry.items():
        if isinstance(value, list):
            rows = ", ".join(
                "{ " + ", ".join(f'{name} = "{text}"' for name, text in one.items()) + " }"
                if isinstance(one, dict)
                else f'"{one}"'
                for one in value
            )
            lines.append(f"{key} = [{rows}]")
        else:
            lines.append(f"{key} = {value}" if isinstance(value, dt.date | int) else f'{key} = "{value}"')
    return "\n".join(lines)


def faults_of(folder: Path, tmp_path: Path, lock: bool = True) -> str:
    corpus, statutes = load(folder), Statutes()
    if lock:
        write_lock(corpus, statutes, TODAY, tmp_path / "lock.json")
    found = check(corpus, statutes, Normaliser(Tables.load()), TODAY, phrases.answer, tmp_path / "lock.json")
    return "\n".join(map(str, found))


def test_a_sound_entry_has_no_fault(write: Write, tmp_path: Path) -> None:
    assert faults_of(write(ENTRY), tmp_path) == ""


@pytest.mark.parametrize(
    ("change", "heard"),
    [
        ({"law": ["民法典#1300"]}, "没有第1300条"),
        ({"law": ["火星法#1"]}, "法条库里没有《火星法》"),
        ({"law": ["海商法#1", "民法典#1077"]}, "没有列入 statutes.toml"),
        ({"law": ["环境保护法#1", "民法典#1077"]}, "没有列入 statutes.toml"),
        ({"law": ["农村土地承包法#16", "民法典#1077"]}, "效力存疑"),
        ({"answer": ENTRY["answer"].replace("三十日", "31天")}, "数字“31日”"),  # type: ignore[attr-defined]
        ({"answer": ENTRY["answer"] + "赔三分之一。"}, "数字“1/3份额”"),  # type: ignore[operator]
        ({"figures": [{"figure": "15日", "source": "民法典#1"}]}, "里没有“15日”"),
        ({"figures": [{"figure": "很久", "source": "民法典#1"}]}, "不是带单位的数字"),
        ({"answer": "等三十日。"}, "应在 60 到 350 字之间"),
        ({"answer": "要等三十日。" + "一起去登记机关。" * 60}, "应在 60 到 350 字之间"),
        ({"similar": ["离婚冷静期几天"]}, "有 2 种问法"),
    ],
)
def test_a_fault_in_an_entry_is_found(write: Write, tmp_path: Path, change: dict[str, object], heard: str) -> None:
    found = faults_of(write({**ENTRY, **change}), tmp_path)
    assert heard in found
    assert "marriage/divorce.toml:1 [divorce-wait]" in found


def test_a_figure_with_its_own_source_is_accepted(write: Write, tmp_path: Path) -> None:
    answer = f"{ENTRY['answer']}分居满两年的可以起诉。"
    sourced = {**ENTRY, "answer": answer, "figures": [{"figure": "二年", "source": "民法典#1079"}]}
    assert "2年" in faults_of(write({**ENTRY, "answer": answer}), tmp_path)
    assert faults_of(write(sourced), tmp_path) == ""


def test_a_reply_over_the_platforms_limit_is_found(tmp_path: Path, write: Write) -> None:
    corpus, statutes = load(write(ENTRY)), Statutes()
    write_lock(corpus, statutes, TODAY, tmp_path / "lock.json")
    normaliser = Normaliser(Tables.load())
    found = check(corpus, statutes, normaliser, TODAY, lambda entry: entry.answer * 20, tmp_path / "lock.json")
    assert "超过 1800" in str(found[0])


def test_an_amended_article_flags_every_entry_that_rests_on_it(write: Write, tmp_path: Path) -> None:
    folder = write(ENTRY)
    (tmp_path / "lock.json").write_text('{"民法典#1077": "0000000000000000"}', encoding="utf-8")
    assert "改动过，请重读法条" in faults_of(folder, tmp_path, lock=False)
    (tmp_path / "lock.json").write_text("{}", encoding="utf-8")
    assert "还没有登记" in faults_of(folder, tmp_path, lock=False)


def test_two_entries_with_one_question_are_a_duplicate_or_a_contradiction(write: Write, tmp_path: Path) -> None:
    other = {
        **ENTRY,
        "id": "other",
        "question": "别的",
        "similar": [f"别的问法{word}" for word in "甲乙丙丁戊己庚"] + PHRASINGS[:1],
    }
    assert "重复" in faults_of(write(ENTRY, other), tmp_path)
    apart = {
        **other,
        "answer": "可以当天领证，不用等。" + "带上身份证和户口簿，到登记机关问清楚再去，不要白跑一趟。" * 2,
    }
    assert "矛盾" in faults_of(write(ENTRY, apart), tmp_path)


def test_the_loader_reports_every_fault_at_once_with_file_line_entry_and_key(write: Write) -> None:
    bad = {
        **ENTRY, "id": "Bad Id", "topic": "天文", "service": "bank", "similar": ["一样", "一样"], "law": ["民法典#x"],
    }  # fmt: skip
    missing = {key: value for key, value in ENTRY.items() if key not in ("answer", "law")}
    folder = write(
        bad, {**missing, "id": "m", "colour": "red"}, {**ENTRY, "keywords": "离婚"}, {**ENTRY, "id": "ok"}, ENTRY, ENTRY
    )
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    heard = str(caught.value)
    for part in (
        "divorce.toml:1 [Bad Id] id", "[Bad Id] topic", "[Bad Id] service", "[Bad Id] similar", "[m] answer：缺少",
        "[m] law：缺少", "[m] colour：不认识", "[divorce-wait] keywords：应当是列表", "编号重复",
    ):  # fmt: skip
        assert part in heard


def test_drafts_are_loaded_only_when_asked_for(write: Write, tmp_path: Path) -> None:
    served = write(ENTRY)
    drafts = served / "drafts" / "marriage"
    drafts.mkdir(parents=True)
    (drafts / "new.toml").write_text(_toml({**ENTRY, "id": "draft"}), encoding="utf-8")
    assert [entry.id for entry in load(served)] == ["divorce-wait"]
    assert [entry.id for entry in load(served, served / "drafts")] == ["divorce-wait", "draft"]


@pytest.mark.parametrize(
    ("text", "heard"),
    [("[[entry]\n", "文件格式不对"), ('title = "x"\n', "只能有 [[entry]]"), ("entry = 3\n", "要以 [[entry]] 开头")],
)
def test_a_file_that_is_no_list_of_entries_is_named(tmp_path: Path, text: str, heard: str) -> None:
    (tmp_path / "marriage").mkdir()
    (tmp_path / "marriage" / "broken.toml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"marriage/broken\.toml") as caught:
        load(tmp_path)
    assert heard in str(caught.value)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="没有找到任何条目"):
        load(tmp_path)


def test_the_knowledge_that_ships_is_sound(desk: Desk) -> None:
    faults = check(desk.corpus, desk.statutes, desk.normaliser, TODAY, phrases.answer)
    assert [str(fault) for fault in faults] == []
    assert len(desk.corpus) >= 120


def test_entries_on_a_doubtful_law_are_listed_for_the_lawyer(desk: Desk) -> None:
    listed = for_the_lawyer(desk.corpus, desk.statutes)
    assert listed
    assert {citation.law for _, citation, _ in listed} == {"农村土地承包法"}


def test_every_reply_names_the_way_to_a_person(desk: Desk) -> None:
    assert all("12348" in phrases.answer(entry) and "律师" in phrases.answer(entry) for entry in desk.corpus)


def test_no_answer_promises_an_outcome(desk: Desk) -> None:
    promises = ("一定能赢", "肯定能赢", "保证能赢", "百分之百", "肯定判给", "稳赢")
    assert [entry.id for entry in desk.corpus if any(promise in entry.answer for promise in promises)] == []


def test_the_corpus_finds_entries_by_id(desk: Desk) -> None:
    first = next(iter(desk.corpus))
    assert desk.corpus.get(first.id) is first
    assert Corpus(()).get("nothing") is None


def test_a_law_with_a_new_version_is_announced_before_its_first_day(desk: Desk) -> None:
    new_year = dt.date(2027, 1, 1)
    statutes = desk.statutes
    assert ("农业法", new_year) in [(law, start) for law, start, _ in coming(desk.corpus, statutes, TODAY)]
    assert all(count > 0 for law, _, count in coming(desk.corpus, statutes, TODAY) if law == "农业法")
    assert [law for law, *_ in coming(desk.corpus, statutes, new_year)] == []


def test_figures_that_only_a_regulation_supports_are_listed_as_unverified(write: Write, tmp_path: Path) -> None:
    answer = ENTRY["answer"] + "最多再等31天。"  # type: ignore[operator]
    folder = write({**ENTRY, "answer": answer, "source": ["某某登记条例"]})
    assert faults_of(folder, tmp_path) == ""
    assert [number for _, number in unverified(load(folder), Statutes(), TODAY)] == ["31日"]
    assert "法条库里有《民法典》" in faults_of(write({**ENTRY, "source": ["民法典"]}), tmp_path)


def test_what_an_entry_is_not_to_be_confused_with_must_exist(write: Write) -> None:
    with pytest.raises(KnowledgeError, match="没有别的条目叫 no-such-entry"):
        load(write({**ENTRY, "not_to_confuse": ["no-such-entry"]}))


def test_every_article_of_the_code_is_cited_or_has_a_reason(desk: Desk) -> None:
    rows = uncited(desk.corpus, desk.statutes, TODAY)
    assert [str(row.article.citation) for row in rows if not row.why] == []
