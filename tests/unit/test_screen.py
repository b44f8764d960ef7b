import pytest

from knowledge.screen import Screen


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen()


@pytest.mark.parametrize(
    ("said", "danger"),
    [
        ("老公又打我了", "violence"), ("他喝了酒就打我，我不敢回家", "violence"), ("救命！我男人拿刀要砍我", "violence"),
        ("老汉儿正在打我妈", "violence"), ("我不想活了", "suicide"), ("活起没得意思，想喝农药", "suicide"),
        ("娃儿不见了找不到了", "child"), ("老师摸我女儿", "child"), ("我女儿被邻居老头猥亵了", "child"),
        ("我被关在传销窝点不让走", "held"), ("他把我锁起来了不让我出门", "held"),
        ("客服叫我转账到安全账户", "scam"), ("刚刚被电话诈骗转了三万", "scam"), ("骗子让我妈打钱怎么办", "scam"),
        ("老公又打我了！！！😭", "violence"), ("老公　又 打 我", "violence"), ("我不想活瞭", "suicide"),
    ],
)  # fmt: skip
def test_danger_that_is_happening_is_heard(screen: Screen, said: str, danger: str) -> None:
    assert screen.danger(said) == danger


@pytest.mark.parametrize(
    "said",
    [
        "家暴可以离婚吗", "因为家暴离婚财产怎么分", "他自杀了欠的债谁还", "几年前他打过我，现在能离婚吗", "保险公司说自杀不赔",
        "老板扣了我的工资", "邻居不让我从他家地里走路", "车被交警扣了", "狗被人打死了", "父母不管孩子虐待孩子能换监护人吗",
        "老师虐待孩子判几年", "去年刷单被骗了钱能要回来吗", "打工没签合同", "老板不让我辞职", "被人打伤了怎么要赔偿",
        "父亲生前自杀，赔偿怎么分", "幼师虐待孩子，家长怎么留证据", "发生自杀情况没有施救，要不要负责任",
    ],
)  # fmt: skip
def test_questions_about_the_law_are_no_emergency(screen: Screen, said: str) -> None:
    assert screen.danger(said) is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("你好", "greeting"), ("在吗？", "greeting"), ("谢谢您了", "thanks"), ("好的", "thanks"), ("再见", "bye"),
        ("你是真人还是机器人", "who"), ("今天天气怎么样", "offtopic"), ("社保余额怎么查", "offtopic"), ("asdf", "gibberish"),
        ("123456", "gibberish"), ("👍", "gibberish"), ("啊啊啊啊啊啊啊", "gibberish"), ("", "gibberish"),
        ("【收到不支持的消息类型，暂无法显示】", "gibberish"), ("答非所问", "upset"),
    ],
)  # fmt: skip
def test_chatter_is_known_for_what_it_is(screen: Screen, said: str, kind: str) -> None:
    assert screen.chatter(said) == kind


@pytest.mark.parametrize(
    "said",
    [
        "离婚",
        "你好，我想问离婚的事",
        "下雨冲垮了邻居的墙压了我家的菜地",
        "征地文件能不能查",
        "医保不给报怎么起诉",
        "谢谢，那宅基地呢",
        "借钱不还",
    ],
)
def test_anything_that_may_be_a_question_is_no_chatter(screen: Screen, said: str) -> None:
    assert screen.chatter(said) is None
