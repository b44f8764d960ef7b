"""The question inside two hundred characters of story is answered, or stands among the choices."""

import pytest

from knowledge.desk import Desk

STORIES = {
    "neighbour-wall-over-boundary": (
        "同志你好，我是坡上三社的，今年六十七了，娃儿都在外头。我屋跟隔壁老幺家本来一直处得好，他孙子满月我还去坐了席的。"
        "上个月他家请人砌围墙，我赶场回来一看，墙脚往我家院坝这边移了一尺多，占了我家的地。我喊他拆，他说是原来的老界，"
        "还说我多事。我气得两天没吃饭。老伴劝我算了，我想不通。这个墙占了我家的地该怎么办，找哪个说理？"
    ),
    "labour-wages-owed": (
        "我们七个人，都是一个院子的，去年三月跟到包工头去县里头修学校，说好一天两百六，月底结。头两个月还给得起，后来就说甲方没拨款，"
        "喊我们再等等。过年回来的时候一个人差我们一万多，他写都不写个字据，只在微信里头说会给。今年电话也不接了。"
        "屋头娃儿要交学费，老的还要吃药。老板拖欠工资不给，我们该找哪里要？"
    ),
    "lending-no-iou": (
        "是这样子的，前年我表弟说要买个三轮跑运输，差四万，我想到是亲戚就微信转给他了，当时在吃酒，也没好意思喊他写借条。"
        "说的是卖了猪就还。结果猪卖了两回了都没动静，去年过年我问他，他说手头紧。今年我婆娘住院要用钱，他反倒说那个钱是我入伙的。"
        "我手机里转账记录还在。没打借条只有转账记录，这个钱还要得回来不？"
    ),
    "support-children-refuse": (
        "我妈今年八十一，一个人住在老屋，眼睛看不见，前几年还能自己煮饭，现在起床都要人扶。我们三姊妹，大哥在镇上开店，二姐在外省，"
        "我自己腿也不好。以前说好一家出两百，大哥给了半年就不给了，说妈偏心，老房子没给他。村上劝了两回也没得用。"
        "子女不养老人、不给赡养费，我妈该怎么办？"
    ),
    "dog-unleashed-bite": (
        "昨天下午我去接孙女放学，走到大黄葛树那里，旁边做小卖部那家的狗没拴绳，一下子就冲出来，把我孙女的脚杆咬了两个洞，"
        "流了好多血。我们马上去卫生院打了针，医生说要打五针，还不晓得要花多少。那家老板娘来看了一眼，甩了一百块就走了，"
        "说狗平时都不咬人。狗没拴绳跑出来咬伤人，到底要怎么赔？"
    ),
}


@pytest.mark.parametrize("entry", STORIES)
def test_the_question_in_a_story_is_found(desk: Desk, entry: str) -> None:
    story = STORIES[entry]
    assert len(story) > 120
    decision = desk.decide(story)
    reached = [decision.entry] if decision.kind == "answer" else list(decision.offered)
    assert entry in [one.id for one in reached], [one.id for one in reached]
