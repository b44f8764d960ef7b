import pytest

from knowledge.homophones import Homophones
from knowledge.text import Normaliser, Tables

TABLES = Tables(
    words={"屋头": "家里", "打脱离": "离婚", "啷个办": "怎么办"},
    fillers=("请问", "律师你好"),
    frames=("怎么办", "能不能"),
    polar=(("利息", ("写了利息",), ("没写利息", "没有写利息")),),
)


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser(TABLES)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("律师你好，请问离婚要等好久？", "离婚要等好久"),
        ("離婚後孩子歸誰", "离婚后孩子归谁"),
        ("ＡＢＣ１２３", "abc123"),
        ("屋头打脱离啷个办", "家里离婚怎么办"),
        ("离婚吗呢啊", "离婚"),
        ("分居满两年了", "分居满2年了"),
        ("请问", "请问"),
        ("呀", "呀"),
        ("！！！", ""),
    ],
)
def test_messages_meet_the_entries_in_one_spelling(normaliser: Normaliser, said: str, read: str) -> None:
    assert normaliser.normalise(said) == read


def test_denial_and_affirmation_are_opposite_and_silence_is_neither(normaliser: Normaliser) -> None:
    assert normaliser.opposite("借条写了利息", "借条没写利息")
    assert not normaliser.opposite("借条没有写利息", "借条没写利息")
    assert not normaliser.opposite("借条", "借条没写利息")


def test_words_that_frame_a_question_are_marked(normaliser: Normaliser) -> None:
    assert normaliser.framed("离婚怎么办") == [False, False, True, True, True]


def test_a_word_of_the_right_sound_and_wrong_characters_is_mended() -> None:
    known = {"彩礼", "离婚", "退彩"}
    homophones = Homophones(["彩礼", "离婚"], known=known.__contains__)
    assert homophones.mend("退彩李") == "退彩礼"
    assert homophones.mend("离昏") == "离婚"
    assert homophones.mend("离婚") == "离婚"
    assert homophones.mend("天气") == "天气"


def test_words_that_stand_side_by_side_are_not_read_as_a_third() -> None:
    known = {"家暴", "离婚", "怎么"}
    homophones = Homophones(["保理", "婚证"], known=known.__contains__)
    assert homophones.mend("家暴离婚怎么办") == "家暴离婚怎么办"


def test_dialect_mergers_sound_alike() -> None:
    homophones = Homophones(["老汉", "租房"], known=lambda gram: False)
    assert homophones.mend("脑汉") == "老汉"
    assert homophones.mend("脑焊") == "脑焊"


def test_every_shipped_pair_does_what_its_example_shows() -> None:
    import tomllib

    from knowledge.corpus import DATA

    normaliser = Normaliser(Tables.load())
    rows = tomllib.loads((DATA / "colloquial.toml").read_text(encoding="utf-8"))["pair"]
    assert len({row["say"] for row in rows}) == len(rows) >= 1500
    wrong = [
        row["say"]
        for row in rows
        if row["say"] not in row["example"]
        or normaliser.normalise(row["mean"]) not in normaliser.normalise(row["example"])
    ]
    assert wrong == []


def test_no_shipped_pair_undoes_another() -> None:
    words = Tables.load().words
    chained = [(say, mean) for say, mean in words.items() for other in words if other in mean]
    assert chained == []
