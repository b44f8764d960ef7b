"""Accounts of the workbench as a browser meets them."""

import datetime as dt
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import pyotp
import pytest
from argon2 import PasswordHasher
from fastapi import Depends
from sqlalchemy import text

from bot.errors import AccountError
from bot.store import passwords
from bot.web.auth import HOME, Gate, Member, local_path
from tests.integration.test_cli import run
from tests.integration.workbench import KEY, PASSWORD, Browser, Workbench, WorkbenchFactory, open_workbench, workbench

__all__ = ["open_workbench", "workbench"]  # fixtures
NEW_PASSWORD = "another long sentence"


def actions(bench: Workbench) -> list[str]:
    with bench.machine.database.reading() as unit:
        return [entry.action for entry in reversed(unit.accounts.trail())]


def stored(bench: Workbench) -> str:
    """Everything that the database says about accounts and sessions."""
    with bench.machine.database.engine.connect() as connection:
        return str([connection.execute(text(f"SELECT * FROM {table}")).all() for table in ("accounts", "sessions")])


def code_of(bench: Workbench, secret: str) -> str:
    return pyotp.TOTP(secret).at(bench.clock())


def turn_on_totp(bench: Workbench, browser: Browser) -> str:
    browser.get("/workbench/account")
    secret = browser.hidden()["secret"]
    assert browser.post("/workbench/account/totp", code=code_of(bench, secret)).status_code == 303
    return secret


# --- passwords and lock-out --------------------------------------------------------------------------------------


def test_the_right_password_signs_in_and_shows_the_name(workbench: Workbench) -> None:
    browser = workbench.account("li")
    assert not browser.is_in
    assert browser.sign_in("LI").headers["Location"] == HOME
    assert "li的姓名" in browser.follow().text


def test_a_wrong_password_and_an_unknown_login_read_the_same(workbench: Workbench) -> None:
    browser = workbench.account("li")
    heard = [browser.sign_in(login, password) for login, password in (("li", "wrong"), ("nobody", PASSWORD))]
    assert [answer.status_code for answer in heard] == [401, 401]
    alert = [re.search(r'role="alert">(.*?)</p>', answer.text) for answer in heard]
    assert alert[0] is not None
    assert alert[1] is not None
    assert alert[0][1] == alert[1][1]
    assert not browser.is_in


def test_an_unknown_login_costs_as_much_work_as_a_known_one(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = workbench.account("li")
    compared = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            compared.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1))
    browser.sign_in("li", "wrong")
    browser.sign_in("nobody", "wrong")
    assert len(compared) == 2
    assert str(compared[0]).split("$")[:4] == str(compared[1]).split("$")[:4]


def test_five_wrong_ones_lock_the_account_for_a_minute_and_the_next_for_two(workbench: Workbench) -> None:
    browser = workbench.account("li")
    for _ in range(5):
        browser.sign_in("li", "wrong")
    assert browser.sign_in("li").status_code == 401
    workbench.clock.move(seconds=61)
    browser.sign_in("li", "wrong")
    workbench.clock.move(seconds=61)
    assert browser.sign_in("li").status_code == 401
    workbench.clock.move(seconds=60)
    assert browser.sign_in("li").status_code == 303
    browser.sign_in("li", "wrong")
    assert browser.sign_in("li").status_code == 303


def test_of_many_guesses_at_once_only_five_are_compared(workbench: Workbench) -> None:
    workbench.account("li")
    database, now = workbench.machine.database, workbench.clock()

    def guess(_: int) -> bool:
        with database.unit() as unit:
            account = unit.accounts.attempt("li", now)
            unit.commit()
        return account is not None

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(guess, range(24))) == 5


def test_locks_double_up_to_an_hour(workbench: Workbench) -> None:
    workbench.account("li")
    locks = []
    with workbench.machine.database.unit() as unit:
        for _ in range(4):
            assert unit.accounts.attempt("li", workbench.clock()) is not None
        for _ in range(9):
            unit.accounts.attempt("li", workbench.clock())
            until = unit.accounts.by_login("li").locked_until
            assert until is not None
            locks.append((until - workbench.clock()) / dt.timedelta(minutes=1))
            assert unit.accounts.attempt("li", workbench.clock()) is None
            workbench.clock.moment = until
    assert locks == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_hash_with_older_parameters_is_renewed_at_sign_in(workbench: Workbench) -> None:
    browser = workbench.account("li")
    with workbench.machine.database.unit() as unit:
        account = unit.accounts.by_login("li")
        unit.accounts.set_password(account.id, PasswordHasher(1, 64, 1).hash(PASSWORD))
        unit.commit()
    assert "m=64," in stored(workbench)
    assert browser.sign_in("li").status_code == 303
    assert "m=19456," in stored(workbench)
    assert browser.sign_in("li").status_code == 303


def test_full_width_letters_of_a_chinese_keyboard_are_the_same_password(workbench: Workbench) -> None:
    browser = workbench.account("li")
    assert browser.sign_in("li", PASSWORD.replace("c", "ｃ")).status_code == 303


@pytest.mark.parametrize(
    ("password", "heard"),
    [
        ("short", "至少要 10"), ("Zhang.San.1", "登录名一样"), ("1234567890", "容易被猜到"), ("Password123", "容易被猜到"),
        ("aaaaaaaaaaaa", "容易被猜到"), ("ababababab12" * 11, "最多 128"),
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_in_words(password: str, heard: str) -> None:
    with pytest.raises(AccountError, match=heard):
        passwords.check_choice(password, password, "zhang.san.1")


def test_changing_the_password_asks_for_the_old_one_and_signs_out_elsewhere(workbench: Workbench) -> None:
    here, elsewhere = workbench.member("li"), workbench.browser()
    elsewhere.sign_in("li")
    here.get("/workbench/account")
    change = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert "现在的密码不对" in here.post("/workbench/account/password", current="wrong", **change).text
    assert "不一样" in here.post("/workbench/account/password", current=PASSWORD, password="x" * 12, again="y").text
    here.post("/workbench/account/password", current=PASSWORD, **change)
    assert "密码改好了" in here.follow().text
    assert not elsewhere.is_in
    assert elsewhere.sign_in("li").status_code == 401
    assert elsewhere.sign_in("li", NEW_PASSWORD).status_code == 303


# --- setup links -------------------------------------------------------------------------------------------------


def test_a_setup_link_works_once(workbench: Workbench) -> None:
    workbench.member("li")
    path, browser = workbench.link("li"), workbench.browser()
    assert path.rsplit("/", 1)[1] not in stored(workbench)
    assert 'value="li"' in browser.get(path).text
    assert "至少要 10" in browser.post(path, password="short", again="short").text
    browser.post(path, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert "密码设好了" in browser.follow().text
    spent = browser.get(path)
    assert spent.status_code == 409
    assert "用过" in spent.text
    browser.get("/workbench/login")
    assert browser.post(path, password=PASSWORD, again=PASSWORD).status_code == 409
    assert browser.sign_in("li", NEW_PASSWORD).status_code == 303


def test_a_setup_link_ends_after_three_days_or_with_a_newer_one(workbench: Workbench) -> None:
    workbench.account("li")
    old, newer, browser = workbench.link("li"), workbench.link("li"), workbench.browser()
    assert browser.get(old).status_code == 409
    workbench.clock.move(days=3, seconds=-1)
    assert browser.get(newer).status_code == 200
    workbench.clock.move(seconds=1)
    assert browser.post(newer, password=PASSWORD, again=PASSWORD).status_code == 409


def test_a_setup_link_brings_back_whoever_lost_the_telephone(workbench: Workbench) -> None:
    browser = workbench.member("li")
    turn_on_totp(workbench, browser)
    path = workbench.link("li")
    browser.get(path)
    browser.post(path, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert not browser.is_in
    assert browser.sign_in("li", NEW_PASSWORD).status_code == 303


# --- sessions ----------------------------------------------------------------------------------------------------


def test_a_session_ends_two_hours_after_its_last_use(workbench: Workbench) -> None:
    browser = workbench.member("li")
    for _ in range(2):
        workbench.clock.move(hours=1, minutes=59)
        assert browser.is_in
    workbench.clock.move(hours=2)
    assert not browser.is_in
    assert browser.page.headers["Location"] == "/workbench/login?next=/workbench/account"


def test_a_session_ends_twelve_hours_after_signing_in_however_busy(workbench: Workbench) -> None:
    browser = workbench.member("li")
    for _ in range(11):
        workbench.clock.move(hours=1)
        assert browser.is_in
    workbench.clock.move(hours=1)
    assert not browser.is_in


def test_sessions_that_are_over_are_cleared_away(workbench: Workbench) -> None:
    browser = workbench.member("li")
    workbench.clock.move(hours=3)
    browser.sign_in("li")
    with workbench.machine.database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar() == 1


def test_signing_out_ends_the_session_also_for_a_copy_of_the_cookie(workbench: Workbench) -> None:
    browser, thief = workbench.member("li"), workbench.browser()
    thief.http.cookies.update(browser.http.cookies)
    assert thief.is_in
    browser.get("/workbench/account")
    assert browser.post("/workbench/logout").headers["Location"] == "/workbench/login"
    assert not browser.is_in
    assert not thief.is_in


def test_signing_in_again_gives_a_new_token_and_ends_the_old(workbench: Workbench) -> None:
    browser, thief = workbench.member("li"), workbench.browser()
    thief.http.cookies.update(browser.http.cookies)
    browser.sign_in("li")
    assert browser.is_in
    assert not thief.is_in


def test_a_deactivated_account_is_signed_out_at_once_and_cannot_come_back(workbench: Workbench) -> None:
    browser, path = workbench.member("li"), workbench.link("li")
    with workbench.machine.database.unit() as unit:
        unit.accounts.deactivate(unit.accounts.by_login("li").id)
        unit.commit()
    assert not browser.is_in
    assert browser.sign_in("li").status_code == 401
    assert browser.get(path).status_code == 409
    with pytest.raises(AccountError, match="已停用"):
        workbench.link("li")


def test_the_cookie_is_kept_from_scripts_and_other_sites(workbench: Workbench) -> None:
    browser = workbench.account("li")
    flags = browser.sign_in("li").headers["Set-Cookie"].split("; ")
    assert flags[0].startswith("legalbot_session=")
    assert set(flags[1:]) == {"HttpOnly", "Path=/", "SameSite=lax"}
    assert flags[0].split("=")[1] not in stored(workbench)


def test_behind_a_proxy_that_speaks_https_the_cookie_is_secure(workbench: Workbench) -> None:
    browser = workbench.account("li")
    browser.get("/workbench/login")
    heard = browser.post("/workbench/login", {"X-Forwarded-Proto": "https"}, login="li", password=PASSWORD)
    assert "Secure" in heard.headers["Set-Cookie"].split("; ")


# --- forms, addresses, headers -----------------------------------------------------------------------------------


def test_a_form_without_its_csrf_value_is_refused_and_does_nothing(workbench: Workbench) -> None:
    browser, stranger = workbench.member("li"), workbench.browser()
    for path in ("/workbench/logout", "/workbench/account/password", "/workbench/account/totp", "/workbench/login"):
        for csrf in ("", "wrong", "错"):
            refused = browser.post(path, csrf=csrf, login="li", password=PASSWORD)
            assert refused.status_code == 403
            assert "这一页放得太久" in refused.text
    assert browser.is_in
    setup = workbench.link("li")
    assert stranger.post(setup, password=NEW_PASSWORD, again=NEW_PASSWORD).status_code == 403
    assert stranger.post("/workbench/logout").headers["Location"] == "/workbench/login"


def test_after_signing_in_one_arrives_at_the_page_asked_for(workbench: Workbench) -> None:
    browser = workbench.account("li")
    browser.get("/workbench/account?done=on")
    assert browser.follow().status_code == 200
    heard = browser.post("/workbench/login", login="li", password=PASSWORD)
    assert heard.headers["Location"] == "/workbench/account?done=on"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/workbench", "//evil.example/workbench", "/\\evil.example", "/workbench\\@evil.example",
        "javascript:alert(1)", "/wechat", "/workbenches", "workbench", "", "/workbench/\r\nSet-Cookie: a=b",
        "///evil.example", "http:/workbench", "//[",
    ],
)  # fmt: skip
def test_next_cannot_lead_out_of_the_workbench(wanted: str) -> None:
    assert local_path(wanted) == HOME


def test_a_forged_next_field_leads_to_the_first_page(workbench: Workbench) -> None:
    browser = workbench.account("li")
    browser.get("/workbench/login?next=https://evil.example/")
    assert "evil" not in browser.page.text
    heard = browser.post("/workbench/login", login="li", password=PASSWORD, next="//evil.example/workbench")
    assert heard.headers["Location"] == HOME


def test_every_answer_under_the_workbench_has_its_security_headers(workbench: Workbench) -> None:
    browser = workbench.browser()
    paths = {"login": 200, "account": 303, "static/workbench.css": 200, "nowhere": 404, "static/nothing": 404}
    for path, status in paths.items():
        heard = browser.get(f"/workbench/{path}")
        assert heard.status_code == status
        assert "default-src 'self'" in heard.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in heard.headers["Content-Security-Policy"]
        assert heard.headers["X-Content-Type-Options"] == "nosniff"
        assert heard.headers["Referrer-Policy"] == "no-referrer"
        assert heard.headers["Cache-Control"] == "no-store"
    assert "没有这一页" in browser.get("/workbench/nowhere").text
    assert "Content-Security-Policy" not in browser.get("/healthz").headers
    assert browser.get("/nowhere").json() == {"detail": "Not Found"}


def test_a_page_that_breaks_says_so_with_the_same_headers(workbench: Workbench) -> None:
    @workbench.machine.web.get("/workbench/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    heard = workbench.browser().get("/workbench/broken")
    assert heard.status_code == 500
    assert "没有办成" in heard.text
    assert "secret detail" not in heard.text
    assert "frame-ancestors 'none'" in heard.headers["Content-Security-Policy"]


def test_a_database_in_trouble_is_told_apart_from_a_wrong_password(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = workbench.account("li")
    monkeypatch.setattr("bot.store.database.BUSY_SECONDS", 0.2)
    with workbench.machine.database.unit():
        busy = browser.sign_in("li")
    assert busy.status_code == 503
    assert "数据库太忙" in busy.text
    assert browser.sign_in("li").status_code == 303


def test_pages_hold_no_inline_script_or_style(workbench: Workbench) -> None:
    browser = workbench.member("li")
    for path in ("login", "account", "nowhere", workbench.link("li").removeprefix("/workbench/")):
        assert not re.search(
            r"<script(?! src=)|<style|\sstyle=|\son\w+=|javascript:", browser.get(f"/workbench/{path}").text
        )


def test_every_field_has_a_label(workbench: Workbench) -> None:
    browser = workbench.member("li")
    for path in ("login", "account", workbench.link("li").removeprefix("/workbench/")):
        page = browser.get(f"/workbench/{path}").text
        fields = re.findall(r'<input id="([\w-]+)"', page)
        assert fields
        assert sorted(fields) == sorted(re.findall(r'<label for="([\w-]+)"', page))


def test_what_a_member_types_is_shown_as_text(workbench: Workbench) -> None:
    browser = workbench.browser()
    assert "<b>x" not in browser.sign_in('"><b>x').text
    assert "&lt;b&gt;x" in browser.page.text


def test_a_form_that_is_far_too_large_is_refused(workbench: Workbench) -> None:
    browser = workbench.browser()
    browser.get("/workbench/login")
    assert browser.post("/workbench/login", login="li", password="x" * 1_100_000).status_code == 413


def test_a_page_for_some_roles_refuses_the_others_in_words(workbench: Workbench) -> None:
    gate = Gate(workbench.machine.database, workbench.clock, dt.timedelta(hours=48))

    @workbench.machine.web.get("/workbench/for-admins")
    def for_admins(member: Annotated[Member, Depends(gate.allowed("admin"))]) -> str:
        return member.role

    admin, adviser = workbench.member("wang", "admin"), workbench.member("li", "adviser", "示例律师")
    assert admin.get("/workbench/for-admins").json() == "admin"
    assert adviser.get("/workbench/for-admins").status_code == 403
    assert "您的账号不能看这一页" in adviser.page.text
    assert "for-admins" in workbench.browser().get("/workbench/for-admins").headers["Location"]


# --- the second factor -------------------------------------------------------------------------------------------


def test_with_a_second_factor_the_password_alone_is_not_enough(workbench: Workbench) -> None:
    browser = workbench.member("li")
    assert "<svg" in browser.get("/workbench/account").text
    secret = turn_on_totp(workbench, browser)
    assert "已开启" in browser.follow().text
    assert secret not in browser.page.text
    assert secret not in stored(workbench)
    workbench.clock.move(minutes=1)
    assert browser.sign_in("li").status_code == 401
    assert browser.sign_in("li", code="000000").status_code == 401
    code = code_of(workbench, secret)
    assert browser.sign_in("li", code=f" {code[:3]} {code[3:]}").status_code == 303


def test_a_code_is_good_once_and_so_are_older_ones(workbench: Workbench) -> None:
    browser = workbench.member("li")
    secret = turn_on_totp(workbench, browser)
    assert browser.sign_in("li", code=code_of(workbench, secret)).status_code == 401
    workbench.clock.move(seconds=60)
    older = pyotp.TOTP(secret).at(workbench.clock() - dt.timedelta(seconds=30))
    code = code_of(workbench, secret)
    assert browser.sign_in("li", code=code).status_code == 303
    assert browser.sign_in("li", code=code).status_code == 401
    assert browser.sign_in("li", code=older).status_code == 401


def test_a_code_may_be_half_a_minute_off_but_not_more(workbench: Workbench) -> None:
    browser = workbench.member("li")
    secret = turn_on_totp(workbench, browser)
    code = code_of(workbench, secret)
    workbench.clock.move(minutes=5)
    assert browser.sign_in("li", code=code).status_code == 401
    code = code_of(workbench, secret)
    workbench.clock.move(seconds=30)
    assert browser.sign_in("li", code=code).status_code == 303


def test_wrong_codes_lock_the_account_too(workbench: Workbench) -> None:
    browser = workbench.member("li")
    secret = turn_on_totp(workbench, browser)
    workbench.clock.move(minutes=5)
    for _ in range(5):
        browser.sign_in("li", code="12345x")
    assert browser.sign_in("li", code=code_of(workbench, secret)).status_code == 401
    workbench.clock.move(minutes=1)
    assert browser.sign_in("li", code=code_of(workbench, secret)).status_code == 303


def test_a_wrong_code_does_not_turn_it_on_and_keeps_the_picture(workbench: Workbench) -> None:
    browser = workbench.member("li")
    browser.get("/workbench/account")
    secret = browser.hidden()["secret"]
    refused = browser.post("/workbench/account/totp", code="12345x")
    assert refused.status_code == 400
    assert browser.hidden()["secret"] == secret
    assert browser.post("/workbench/account/totp", secret="weak", code="123456").status_code == 400
    assert browser.sign_in("li").status_code == 303


def test_turning_it_off_asks_for_the_password(workbench: Workbench) -> None:
    browser = workbench.member("li")
    turn_on_totp(workbench, browser)
    browser.follow()
    assert "现在的密码不对" in browser.post("/workbench/account/totp/off", current="wrong").text
    browser.post("/workbench/account/totp/off", current=PASSWORD)
    assert "已关闭" in browser.follow().text
    assert browser.sign_in("li").status_code == 303


def test_a_second_factor_is_not_replaced_without_the_password(workbench: Workbench) -> None:
    browser = workbench.member("li")
    secret, other = turn_on_totp(workbench, browser), pyotp.random_base32()
    workbench.clock.move(minutes=1)
    browser.get("/workbench/account")
    heard = browser.post("/workbench/account/totp", secret=other, code=code_of(workbench, other))
    assert heard.headers["Location"] == "/workbench/account"
    assert browser.sign_in("li", code=code_of(workbench, other)).status_code == 401
    assert browser.sign_in("li", code=code_of(workbench, secret)).status_code == 303


def test_without_a_key_the_page_names_the_missing_setting(open_workbench: WorkbenchFactory) -> None:
    bench = open_workbench(key="")
    browser = bench.member("li")
    assert "LEGALBOT_WORKBENCH__KEY" in browser.get("/workbench/account").text
    assert "<svg" not in browser.page.text
    refused = browser.post("/workbench/account/totp", secret="A" * 32, code="123456")
    assert "LEGALBOT_WORKBENCH__KEY" in refused.text
    assert browser.sign_in("li").status_code == 303


# --- audit and logs ----------------------------------------------------------------------------------------------


def test_the_audit_tells_who_did_what_and_when(workbench: Workbench) -> None:
    browser = workbench.account("li")
    browser.sign_in("li", "wrong")
    browser.sign_in("li")
    turn_on_totp(workbench, browser)
    browser.sign_in("li")
    browser.get("/workbench/account")
    browser.post("/workbench/account/totp/off", current=PASSWORD)
    browser.get("/workbench/account")
    browser.post("/workbench/account/password", current=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)
    browser.get("/workbench/account")
    browser.post("/workbench/logout")
    assert actions(workbench) == [
        "用链接设置密码", "密码不对", "登录", "开启动态验证码", "动态验证码不对", "关闭动态验证码", "修改密码", "退出",
    ]  # fmt: skip
    with workbench.machine.database.reading() as unit:
        last = unit.accounts.trail(limit=1)[0]
        assert (last.name, last.at, last.account_id) == (
            "li的姓名", workbench.clock(), unit.accounts.by_login("li").id,
        )  # fmt: skip


def test_the_audit_of_one_consultation_is_apart(workbench: Workbench) -> None:
    now = workbench.clock()
    with workbench.machine.database.unit() as unit:
        person = unit.residents.of("somebody", now)
        case = unit.consultations.open(person.id, "", "问题", now, state="open", outcome="转顾问")
        unit.accounts.record(None, "命令行", "看咨询", now, case.id, "第一页")
        unit.accounts.record(None, "命令行", "看统计", now)
        unit.commit()
        assert [(one.action, one.detail) for one in unit.accounts.trail(consultation_id=case.id)] == [
            ("看咨询", "第一页")
        ]
        assert len(unit.accounts.trail()) == 2


def test_no_password_token_or_code_is_logged(workbench: Workbench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = workbench.account("li")
    path = workbench.link("li")
    browser.get(path)
    browser.post(path, password=NEW_PASSWORD, again=NEW_PASSWORD)
    browser.sign_in("li", "a wrong password")
    browser.sign_in("secret-as-login", NEW_PASSWORD)
    browser.sign_in("li", NEW_PASSWORD)
    secret = turn_on_totp(workbench, browser)
    kept = [*browser.http.cookies.values(), *browser.hidden().values()]
    own = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("urllib3"))
    assert "sign-in refused" in own
    for hidden in (PASSWORD, NEW_PASSWORD, "a wrong password", "secret-as-login", path, secret, *kept):
        assert hidden
        assert hidden not in own


# --- commands ----------------------------------------------------------------------------------------------------


def test_staff_commands_make_link_list_and_switch_off_an_account(tmp_path: Path) -> None:
    site = {"LEGALBOT_WORKBENCH__PUBLIC_URL": "https://falv.example.cn", "LEGALBOT_WORKBENCH__KEY": KEY}
    assert "staff link li" in run("staff", "add", "Li", "--name", "李工", "--role", "staff", folder=tmp_path)
    link = run("staff", "link", "li", folder=tmp_path, **site)
    assert re.search(r"^https://falv\.example\.cn/workbench/setup/[\w-]{40,}$", link, re.MULTILINE)
    assert "http://127.0.0.1:8000/workbench/setup/" in run("staff", "link", "li", folder=tmp_path)
    listed = run("staff", "list", folder=tmp_path)
    assert "李工" in listed
    assert "没定" in listed
    run("staff", "off", "li", folder=tmp_path)
    assert "已停用" in run("staff", "list", folder=tmp_path)
    assert "已停用" in run("staff", "link", "li", folder=tmp_path, code=2)


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        (("add", "li", "--name", "李", "--role", "boss"), "adviser、mediator"),
        (("add", "li", "--name", "李", "--role", "mediator"), "--adviser"),
        (("add", "li", "--name", "李", "--role", "adviser", "--adviser", "没有的人"), "没有叫“没有的人”的顾问"),
        (("add", "李", "--name", "李", "--role", "staff"), "英文字母"),
        (("add", "li", "--name", " ", "--role", "staff"), "--name"),
        (("link", "nobody"), "没有登录名“nobody”"),
    ],
)
def test_a_wrong_staff_command_names_its_mend(tmp_path: Path, words: tuple[str, ...], heard: str) -> None:
    assert heard in run("staff", *words, folder=tmp_path, code=2)


def test_a_login_is_taken_once(workbench: Workbench) -> None:
    workbench.account("li")
    with pytest.raises(AccountError, match="已经有登录名"), workbench.machine.database.unit() as unit:
        unit.accounts.add("LI", "另一位", "staff", workbench.clock())


@pytest.mark.parametrize(
    ("name", "value", "heard"),
    [
        ("KEY", "short", "至少要 32 个"),
        ("PUBLIC_URL", "falv.example.cn", "例如 https://"),
        ("PUBLIC_URL", "https://a.cn/", "斜线"),
    ],
)
def test_a_wrong_setting_of_the_workbench_is_explained(tmp_path: Path, name: str, value: str, heard: str) -> None:
    assert heard in run("staff", "list", folder=tmp_path, code=2, **{f"LEGALBOT_WORKBENCH__{name}": value})
