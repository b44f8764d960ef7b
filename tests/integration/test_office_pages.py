"""The pages of the office over HTTP: what is stuck, advisers, accounts, settings, the audit, and the limit by address."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest
import requests
from pydantic import SecretStr
from sqlalchemy import text

from bot.config import DeliverySection, MailSection, Settings, WorkbenchSection
from bot.demo import demo_settings, serving
from bot.simulator.api import Api
from bot.store.callers import ATTEMPTS
from bot.store.database import Database
from tests.conftest import StoppedClock, Town, TownFactory
from tests.integration.desk_member import PASSWORD, Browser, sign_in

NUMBER = "2026-000001"
QUESTION = "河里的航标歪了归哪个修"


def ask(town: Town) -> None:
    town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
    assert NUMBER in town.says("resident", QUESTION)


def answered_long_ago(town: Town) -> None:
    """An answer that the resident has not come for."""
    ask(town)
    with town.machine.database.unit() as unit:
        case = unit.consultations.by_number(NUMBER)
        unit.outbox.put(case.person_id, "找航道管理站。", town.clock(), case.id)
        unit.consultations.answer(case.id, "找航道管理站。", "示例律师", town.clock())
        unit.commit()
    town.clock.move(hours=49)


def trail(town: Town) -> list[tuple[str, str, str, str]]:
    with town.machine.database.reading() as unit:
        return [(one.name, one.action, one.number, one.detail) for one in unit.accounts.trail()]


def stuck(town: Town, to: str = "居民") -> list[int]:
    with town.machine.database.reading() as unit:
        return [row.id for row in unit.outbox.stuck(town.clock()) if row.to == to]


def adviser_id(town: Town, name: str) -> int:
    with town.machine.database.reading() as unit:
        return unit.advisers.named(name).id


def account_id(town: Town, login: str) -> int:
    with town.machine.database.reading() as unit:
        return unit.accounts.by_login(login).id


# --- stuck ---------------------------------------------------------------------------------------------------------


def test_what_is_stuck_is_counted_in_the_navigation_of_the_office_alone(town: Town) -> None:
    answered_long_ago(town)
    staff, adviser = sign_in(town, "staff"), sign_in(town, "adviser", "示例律师")
    assert "卡住的 1" in re.sub(r"\s+", " ", staff.words())
    assert "卡住的" not in adviser.words()
    staff.get("/workbench/stuck")
    assert f'href="/workbench/c/{NUMBER}"' in staff.page
    for word in ("居民一直没有来取", "给居民", "已电话告知", "再发一次", "11月22日"):
        assert word in staff.words()


def test_told_by_telephone_is_delivered_on_record_and_no_longer_stuck(town: Town) -> None:
    answered_long_ago(town)
    staff = sign_in(town, "staff")
    staff.get("/workbench/stuck")
    [own] = stuck(town)
    staff.post(f"/workbench/stuck/{own}/told")
    assert "卡住的已电话告知" in staff.words()
    assert "现在没有卡住的" in staff.words()
    assert '<span class="count">' not in staff.page
    with town.machine.database.reading() as unit:
        case = unit.consultations.by_number(NUMBER)
        assert case.state == "delivered"
        assert unit.consultations.history(case.id)[-1].data["way"] == "电话"
    assert trail(town)[0] == ("某staff", "卡住的已电话告知", NUMBER, f"第 {own} 号")


def test_a_notice_that_an_adviser_was_told_does_not_deliver_the_residents_answer(town: Town) -> None:
    answered_long_ago(town)
    with town.machine.database.unit() as unit:
        unit.session.execute(text("UPDATE outbox SET state = 'dead' WHERE adviser_id IS NOT NULL"))
        unit.commit()
    staff = sign_in(town, "staff")
    staff.get("/workbench/stuck")
    assert "给示例律师" in staff.words()
    staff.post(f"/workbench/stuck/{stuck(town, '示例律师')[0]}/told")
    assert "给示例律师" not in staff.words()
    with town.machine.database.reading() as unit:
        assert unit.consultations.by_number(NUMBER).state == "answered"


def test_sending_again_opens_every_channel_and_a_second_click_says_what_happened(town: Town) -> None:
    answered_long_ago(town)
    with town.machine.database.unit() as unit:
        unit.session.execute(text("UPDATE outbox SET state = 'dead', rung = 'pickup', error = '对方拒收'"))
        unit.commit()
    staff = sign_in(town, "staff")
    staff.get("/workbench/stuck")
    assert "对方拒收" in staff.words()
    own = stuck(town)[0]
    staff.post(f"/workbench/stuck/{own}/retry")
    assert "卡住的再发一次" in staff.words()
    with town.machine.database.reading() as unit:
        rung, state = unit.session.execute(text("SELECT rung, state FROM outbox WHERE id = :id"), {"id": own}).one()
    assert (rung, state) == ("push", "waiting")
    staff.post(f"/workbench/stuck/{own}/told")
    staff.post(f"/workbench/stuck/{own}/told")
    assert f"没有办成：没有卡住的第 {own} 号答复" in staff.words()
    assert [row[1] for row in trail(town)[:2]] == ["卡住的已电话告知", "卡住的再发一次"]


# --- advisers ------------------------------------------------------------------------------------------------------


def test_advisers_stand_in_the_order_in_which_they_are_asked(town: Town) -> None:
    staff = sign_in(town, "staff")
    staff.get("/workbench/advisers")
    staff.post("/workbench/advisers", name="新律师", kind="律师", villages="甲山村", topics="继承", duty="true")
    assert "添加顾问" in staff.words()
    assert re.findall(r"<h2>(\S+) <small>", staff.page) == ["示例律师", "新律师", "示例法律明白人", "示范镇司法所"]
    ask(town)  # goes to 示例律师, who then has more to do
    staff.get("/workbench/advisers")
    assert re.findall(r"<h2>(\S+) <small>", staff.page)[:2] == ["新律师", "示例律师"]
    assert "律师，值班" in staff.words()
    assert trail(town)[0][1:] == ("添加顾问", "", "新律师")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "示例律师", "kind": "律师"}, "已经有叫“示例律师”的顾问"),
        ({"name": "某人", "kind": "神仙"}, "kind"),
        ({"name": "某人", "kind": "律师", "villages": "远方村"}, "没有叫“远方村”的村"),
        ({"name": " ", "kind": "律师"}, "不能为空"),
    ],
)
def test_an_adviser_is_checked_as_one_of_the_configuration(town: Town, fields: dict[str, str], says: str) -> None:
    staff = sign_in(town, "staff")
    staff.get("/workbench/advisers")
    staff.post("/workbench/advisers", **fields)
    assert "没有办成" in staff.words()
    assert says in staff.words()


def test_a_code_is_shown_once_with_its_picture_and_binds_the_adviser(town: Town) -> None:
    staff = sign_in(town, "staff")
    staff.get("/workbench/advisers")
    staff.post(f"/workbench/advisers/{adviser_id(town, '示例律师')}/code")
    found = re.search(r"绑定 [A-Z0-9]{8}", staff.words())
    assert found
    assert "<svg" in staff.page
    assert "绑定好了：示例律师" in town.says("lawyer", found[0])
    staff.get("/workbench/advisers")
    assert found[0] not in staff.page
    assert "已绑定" in staff.words()
    assert trail(town)[0] == ("某staff", "发绑定码", "", "示例律师")
    assert found[0].split()[1] not in str(trail(town))


def test_a_verified_service_account_shows_a_picture_to_scan_or_says_why_not(
    open_town: TownFactory, blank: Path, tmp_path: Path
) -> None:
    shutil.copy(blank, tmp_path / "own.db")
    settings = demo_settings(f"sqlite:///{tmp_path / 'own.db'}")
    api = Api(settings.wechat.app_id, "right")
    with serving(api.app(), 0) as port:
        account = settings.wechat.model_copy(
            update={
                "app_secret": SecretStr("right"), "api_base_url": f"http://127.0.0.1:{port}", "verified": True,
                "account_kind": "service",
            }
        )  # fmt: skip
        town = open_town(settings=settings.model_copy(update={"wechat": account}))
        staff = sign_in(town, "staff")
        staff.get("/workbench/advisers")
        path = f"/workbench/advisers/{adviser_id(town, '示例律师')}/code"
        staff.post(path)
        assert "用微信扫这个二维码" in staff.words()
        scene = api.codes[0]["action_info"]["scene"]["scene_str"]
        assert f"绑定 {scene.removeprefix('bind_')}" in staff.words()
        staff.get("/workbench/advisers")
        api.failures.append(48001)
        staff.post(path)
    assert staff.status == 200
    assert "微信没有给二维码" in staff.words()
    found = re.search(r"绑定 [A-Z0-9]{8}", staff.words())
    assert found
    assert "绑定好了：示例律师" in town.says("lawyer", found[0])


def test_leave_passes_on_what_nobody_began_and_can_be_ended(town: Town) -> None:
    ask(town)
    staff, lawyer = sign_in(town, "staff"), adviser_id(town, "示例律师")
    staff.get("/workbench/advisers")
    staff.post(f"/workbench/advisers/{lawyer}/leave", until="2026-11-24")
    assert "到 2026-11-24" in staff.words()
    with town.machine.database.reading() as unit:
        assert unit.consultations.by_number(NUMBER).adviser == "示范镇司法所"
    assert trail(town)[0][3] == "示例律师，到 2026-11-24，转出 1 件"
    staff.post(f"/workbench/advisers/{lawyer}/back")
    assert "到 2026-11-24" not in staff.words()
    staff.post(f"/workbench/advisers/{lawyer}/leave", until="2026-11-21")
    assert "没有办成：请假到哪天" in staff.words()


def test_only_an_adviser_whom_staff_added_can_be_switched_off_and_on(town: Town) -> None:
    staff = sign_in(town, "staff")
    staff.get("/workbench/advisers")
    staff.post(f"/workbench/advisers/{adviser_id(town, '示例律师')}/off")
    assert "写在 config.toml 里" in staff.words()
    staff.post("/workbench/advisers", name="甲山律师", kind="律师", villages="甲山村")
    own = adviser_id(town, "甲山律师")
    ask_and_give(town, own)
    staff.post(f"/workbench/advisers/{own}/off")
    with town.machine.database.reading() as unit:
        assert "甲山律师" not in [one.name for one in unit.advisers.all()]
        assert unit.consultations.by_number(NUMBER).adviser == "示例律师"
    staff.post(f"/workbench/advisers/{own}/on")
    assert adviser_id(town, "甲山律师") == own
    staff.post(f"/workbench/advisers/{own}/on")
    assert "没有停用" in staff.words()


def ask_and_give(town: Town, to: int) -> None:
    ask(town)
    with town.machine.database.unit() as unit:
        unit.session.execute(text("UPDATE consultations SET adviser_id = :to"), {"to": to})
        unit.commit()


# --- accounts ------------------------------------------------------------------------------------------------------


def test_an_account_is_added_and_its_link_leads_to_a_password(town: Town) -> None:
    admin = sign_in(town, "admin")
    admin.get("/workbench/accounts")
    admin.post("/workbench/accounts", login="Wang", name="王工", role="mediator", adviser="示例法律明白人")
    assert "王工" in admin.words()
    assert "示例法律明白人" in admin.words()
    admin.post(f"/workbench/accounts/{account_id(town, 'wang')}/link")
    found = re.search(r">(http://127\.0\.0\.1:\d+)(/workbench/setup/\S+)</textarea>", admin.page)
    assert found
    new = Browser(found[1])
    new.get(found[2])
    new.post(found[2], password=PASSWORD, again=PASSWORD)
    assert "密码设好了" in new.words()
    assert trail(town)[1] == ("某admin", "发登录链接", "", "wang")
    assert found[2].rsplit("/", 1)[1] not in str(trail(town))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"login": "李", "name": "李", "role": "staff"}, "英文字母"),
        ({"login": "li", "name": "李", "role": "boss"}, "没有“boss”这种角色"),
        ({"login": "li", "name": "李", "role": "adviser"}, "登记的哪一位"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_words(town: Town, fields: dict[str, str], says: str) -> None:
    admin = sign_in(town, "admin")
    admin.get("/workbench/accounts")
    admin.post("/workbench/accounts", **fields)
    assert f"没有办成：{says}" in admin.words() or says in admin.words()
    with town.machine.database.reading() as unit:
        assert len(unit.accounts.all()) == 1


def test_the_administrator_cannot_switch_off_themselves_but_others_at_once(town: Town) -> None:
    admin, staff = sign_in(town, "admin"), sign_in(town, "staff")
    with town.machine.database.reading() as unit:
        ids = {one.role: one.id for one in unit.accounts.all()}
    admin.get("/workbench/accounts")
    for path in ("off", "totp/off"):
        admin.post(f"/workbench/accounts/{ids['admin']}/{path}")
        assert "没有办成：不能对自己的账号这样做" in admin.words()
    admin.post(f"/workbench/accounts/{ids['staff']}/off")
    assert "已停用" in admin.words()
    staff.get("/workbench/stuck")
    assert "动态验证码" in staff.words()  # asked to sign in


def test_a_locked_account_is_unlocked_and_a_lost_second_factor_removed(town: Town) -> None:
    admin = sign_in(town, "admin")
    sign_in(town, "staff")
    with town.machine.database.unit() as unit:
        staff = next(one for one in unit.accounts.all() if one.role == "staff")
        for _ in range(5):
            unit.accounts.attempt(staff.login, town.clock())
        unit.accounts.set_totp(staff.id, pyotp.random_base32())
        unit.commit()
    admin.get("/workbench/accounts")
    assert "锁住" in admin.words()
    admin.post(f"/workbench/accounts/{staff.id}/unlock")
    assert "锁住" not in admin.words()
    admin.post(f"/workbench/accounts/{staff.id}/totp/off")
    again = Browser(admin.root)
    again.get("/workbench/login")
    again.post("/workbench/login", login=staff.login, password=PASSWORD)
    assert "等答复的咨询" in again.words()
    assert [row[1:] for row in trail(town)[1:3]] == [
        ("取消动态验证码", "", staff.login), ("解锁账号", "", staff.login),
    ]  # fmt: skip


def test_nobody_who_is_not_there_can_be_changed(town: Town) -> None:
    admin = sign_in(town, "admin")
    for path in ("/workbench/accounts/99/off", "/workbench/accounts/99/link", "/workbench/advisers/99/code"):
        admin.get("/workbench/accounts")
        admin.post(path)
        assert admin.status == 404


# --- settings and the audit ----------------------------------------------------------------------------------------


def test_settings_are_shown_without_any_secret(open_town: TownFactory, blank: Path, tmp_path: Path) -> None:
    shutil.copy(blank, tmp_path / "own.db")
    settings: Settings = demo_settings(f"sqlite:///{tmp_path / 'own.db'}").model_copy(
        update={
            "workbench": WorkbenchSection(key=SecretStr("k" * 40)),
            "mail": MailSection(host="smtp.example.cn", password=SecretStr("mail-password"), sender="a@example.cn"),
            "delivery": DeliverySection(robot_url=SecretStr("https://robot.example.cn/secret")),
        }
    )
    admin = sign_in(open_town(settings=settings), "admin")
    admin.get("/workbench/settings")
    for word in ("示范镇", "订阅号", "没有认证", "甲山村", "config.toml", "48 小时", "smtp.example.cn:465"):
        assert word in admin.words()
    row = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", admin.page))
    assert (row["邮箱密码"], row["AppSecret"], row["邮件"], row["公众号客服消息"]) == (
        "已设置",
        "未设置",
        "已开通",
        "没有开通",
    )
    secrets = (
        settings.wechat.token, settings.wechat.encoding_aes_key, settings.workbench.key, settings.mail.password,
        settings.delivery.robot_url,
    )  # fmt: skip
    assert [one for one in secrets if one.get_secret_value() in admin.page] == []


def test_the_audit_is_read_newest_first_by_name_by_number_and_by_page(town: Town) -> None:
    ask(town)
    admin = sign_in(town, "admin")
    with town.machine.database.unit() as unit:
        case = unit.consultations.by_number(NUMBER)
        unit.accounts.record(None, "李四", "看了隐藏的号码", town.clock(), case.id)
        for place in range(60):
            unit.accounts.record(None, "100%张三", f"第{place}次", town.clock())
        unit.commit()
    admin.get("/workbench/audit")
    assert admin.page.index("第59次") < admin.page.index("第58次")
    assert "李四" not in admin.words()
    admin.get("/workbench/audit?page=2")
    assert "李四" in admin.words()
    admin.get("/workbench/audit?consultation=1")
    assert re.findall(r"<b>(\S+)</b>", admin.page) == ["李四"]
    admin.get("/workbench/audit?name=李")
    assert f'href="/workbench/c/{NUMBER}"' in admin.page
    assert "2026-11-22 10:00" in admin.words()
    admin.get("/workbench/audit?name=0%25张&page=2")
    assert len(re.findall("100%张三", admin.words())) == 10
    for wrong in ("99", "abc", "²", "1-2"):
        admin.get(f"/workbench/audit?consultation={wrong}")
        assert (admin.status, "没有编号" in admin.words()) == (200, True)


# --- attempts by network address -----------------------------------------------------------------------------------


def knock(town: Town, address: str, login: str = "nobody", password: str = "wrong") -> requests.Response:
    """An attempt to sign in that a proxy on loopback passes on."""
    root, http = town.platform.webhook.removesuffix("/wechat"), requests.Session()
    with http:
        shown = http.get(f"{root}/workbench/login", timeout=20)
        csrf = re.findall(r'name="csrf" value="([^"]*)"', shown.text)[0]
        data = {"csrf": csrf, "login": login, "password": password}
        return http.post(
            f"{root}/workbench/login", data=data, headers={"X-Forwarded-For": address}, timeout=20,
            allow_redirects=False,
        )  # fmt: skip


def attempts(town: Town, address: str, number: int) -> None:
    with town.machine.database.unit() as unit:
        for _ in range(number):
            unit.callers.attempt(address, town.clock())
        unit.commit()


def test_too_many_attempts_from_one_address_are_refused_for_a_while(town: Town) -> None:
    attempts(town, "203.0.113.7", ATTEMPTS - 1)
    assert knock(town, "203.0.113.7").status_code == 401
    town.clock.move(minutes=3)
    refused = knock(town, "203.0.113.7")
    assert refused.status_code == 429
    assert "请等 7 分钟再试" in refused.text
    assert refused.headers["Retry-After"] == "420"
    assert knock(town, "203.0.113.8").status_code == 401
    assert ("登录页", "一个网络地址连错太多，暂停登录", "", "") in trail(town)
    town.clock.move(minutes=7)
    assert knock(town, "203.0.113.7").status_code == 401


def test_signing_in_well_is_not_counted_and_a_refused_attempt_compares_nothing(town: Town) -> None:
    sign_in(town, "staff")
    with town.machine.database.reading() as unit:
        login = unit.accounts.all()[0].login
    attempts(town, "203.0.113.7", ATTEMPTS - 1)
    for _ in range(2):
        assert knock(town, "203.0.113.7", login, PASSWORD).status_code == 303
    assert knock(town, "203.0.113.7").status_code == 401
    assert knock(town, "203.0.113.7", login, "wrong").status_code == 429
    assert knock(town, "203.0.113.7", login, PASSWORD).status_code == 429
    with town.machine.database.reading() as unit:
        assert unit.accounts.all()[0].failed == 0


def test_attempts_at_the_same_moment_by_several_processes_are_all_counted(town: Town) -> None:
    databases = [Database(town.machine.settings.database.url) for _ in range(2)]

    def one(place: int) -> int:
        with databases[place % 2].unit() as unit:
            failed, _ = unit.callers.attempt("203.0.113.7", town.clock())
            unit.commit()
        return failed

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(40))) == list(range(1, 41))
    for database in databases:
        database.close()


def stored(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as unit:
        rows = [unit.session.execute(text(f"SELECT * FROM {table}")).all() for table in ("callers", "caller_keys")]
    return [tuple(row) for found in rows for row in found]


def test_an_address_is_kept_as_a_digest_of_the_day_and_not_for_long(town: Town) -> None:
    attempts(town, "203.0.113.7", 1)
    assert "203.0" not in str(stored(town.machine.database))
    first = stored(town.machine.database)[0][0]
    town.clock.move(days=1)
    attempts(town, "203.0.113.7", 1)
    assert first not in [row[0] for row in stored(town.machine.database)[1:2]]
    town.machine.caretaker.once()
    assert len(stored(town.machine.database)) == 2  # this day's one attempt and its key
    town.clock.move(days=1)
    town.machine.caretaker.once()
    assert stored(town.machine.database) == []


def counts_by_network(database: Database) -> None:
    clock = StoppedClock()
    said = []
    for address in ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1", "::ffff:192.0.2.1", "192.0.2.1", "unix", ""):
        with database.unit() as unit:
            said.append(unit.callers.attempt(address, clock())[0])
            unit.commit()
    assert said == [1, 2, 1, 1, 2, 1, 1]
    with database.unit() as unit:
        unit.callers.forgive("192.0.2.1", clock())
        assert unit.callers.attempt("192.0.2.1", clock())[0] == 2
        clock.move(minutes=10)
        assert unit.callers.attempt("192.0.2.1", clock())[0] == 1
        clock.move(minutes=10)
        unit.callers.forget(clock())
        unit.commit()


def test_addresses_of_one_network_count_together(town: Town) -> None:
    counts_by_network(town.machine.database)


@pytest.mark.postgres
def test_addresses_are_counted_the_same_on_postgresql(postgres: str) -> None:
    database = Database(postgres)
    database.migrate()
    counts_by_network(database)
    database.close()
