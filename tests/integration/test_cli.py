"""The commands as an operator types them, in processes of their own."""

import json
import multiprocessing
import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from tests.conftest import Town

QUESTION = "借钱不还怎么办"


_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["bot.app", "typer"])


def run(*words: str, folder: Path, code: int = 0, **environment: str) -> str:
    """What a command prints. It has a process of its own, forked from one that has read the modules already."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEGALBOT_")}
    heard = folder / f"heard-{uuid4().hex}"
    process = _PROCESSES.Process(
        target=_command, args=(words, folder, heard, {**kept, "COLUMNS": "200", **environment})
    )
    process.start()
    process.join(timeout=300)
    said = heard.read_text(encoding="utf-8")
    assert process.exitcode == code, said
    assert "Traceback" not in said
    return said


def _command(words: tuple[str, ...], folder: Path, heard: Path, environment: dict[str, str]) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with heard.open("wb") as file:
        for descriptor in (sys.stdout.fileno(), sys.stderr.fileno()):
            os.dup2(file.fileno(), descriptor)
    sys.argv = ["legalbot", *words]
    from bot.cli import main  # here, so that rich reads the width from this environment

    main()


def test_help_is_in_chinese_and_names_every_command(tmp_path: Path) -> None:
    heard = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "200"},
    ).stdout  # fmt: skip
    for word in (
        "serve",
        "demo",
        "chat",
        "migrate",
        "ask",
        "law",
        "evaluate",
        "knowledge",
        "consult",
        "adviser",
        "report",
        "failed",
        "account",
        "menu",
        "poster",
        "staff",
    ):
        assert word in heard
    assert "启动公众号服务" in heard


def test_serve_without_a_token_says_what_to_set(tmp_path: Path) -> None:
    assert "LEGALBOT_WECHAT__TOKEN" in run("serve", folder=tmp_path, code=2)


def test_an_article_is_printed(tmp_path: Path) -> None:
    heard = run("law", "民法典", "1079", folder=tmp_path)
    assert "第一千零七十九条" in heard
    assert "感情确已破裂" in heard
    assert "没有找到" in run("law", "民法典", "9999", folder=tmp_path, code=1)
    assert "1079" in run("law", "民法典", "abc", folder=tmp_path, code=2)
    assert "效力待律师确认" in run("law", "农村土地承包法", "16", folder=tmp_path)


def test_ask_answers_people_and_programs(tmp_path: Path) -> None:
    assert "决定" in run("ask", QUESTION, folder=tmp_path)
    row = json.loads(run("ask", "--json", QUESTION, folder=tmp_path))
    assert {"id", "decision", "score", "candidates", "reply"} == set(row)
    assert row["candidates"][0].keys() == {"entry", "score", "citations"}
    assert 0 <= row["score"] <= 1
    assert len(row["candidates"]) <= 5


def test_evaluate_writes_a_prediction_a_question(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "question": QUESTION, "gold": [{"law": "民法典", "article": 675}], "scope": "civil"},
        {"id": "b", "question": "今天天气怎么样", "gold": [], "scope": "other"},
        {"id": "c", "question": "我不想活了", "gold": [], "scope": "other"},
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    heard = run("evaluate", "q.jsonl", "--predictions", "out.jsonl", folder=tmp_path)
    assert "首条命中" in heard
    out = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in out] == ["a", "b", "c"]
    assert [row["decision"] for row in out[1:]] == ["smalltalk", "urgent"]
    (tmp_path / "q.jsonl").write_text('{"id": 1}\nnot json\n', encoding="utf-8")
    assert "q.jsonl:2" in run("evaluate", "q.jsonl", folder=tmp_path, code=2)


def test_the_knowledge_is_checked(tmp_path: Path) -> None:
    changed = run("knowledge", "check", "--on", "2027-01-01", folder=tmp_path, code=1)
    assert "《农业法》第72条的文字改动过" in changed or "2027-01-01 施行的《农业法》没有第72条" in changed
    faults = [line for line in changed.splitlines() if re.search(r"\.toml:\d+ \[", line)]
    assert f"{len(faults)} 处错误" in changed
    assert all("农业法" in line for line in faults), "nothing else changes on that day"
    assert "2027-01-01" in run("knowledge", "check", "--on", "soon", folder=tmp_path, code=2)


def test_a_database_of_todays_version_is_made(tmp_path: Path) -> None:
    assert "最新" in run("migrate", folder=tmp_path)
    assert (tmp_path / "data" / "legalbot.db").exists()


@pytest.fixture
def database(town: Town) -> str:
    town.says("resident", "借钱不还怎么办")
    town.says("neighbour", "航标歪了归谁修")
    return str(town.machine.settings.database.url)


def test_an_adviser_lists_reads_and_answers_and_the_resident_gets_it(town: Town, database: str, tmp_path: Path) -> None:
    env = {"LEGALBOT_DATABASE__URL": database}
    listed = run("consult", "list", folder=tmp_path, **env)
    assert "2026-000002" in listed
    assert "航标歪了" in listed
    assert "2026-000001" not in listed
    shown = run("consult", "show", "2026-000002", folder=tmp_path, **env)
    assert "居民：航标歪了归谁修" in shown
    assert "没有编号为" in run("consult", "show", "23", folder=tmp_path, code=2, **env)
    assert "答复是空的" in run("consult", "answer", "2026-000002", "  ", folder=tmp_path, code=2, **env)
    run("consult", "answer", "2026-000002", "请找航道管理站。", "--by", "示例律师", folder=tmp_path, **env)
    assert "已由示例律师答复" in run("consult", "answer", "2026-000002", "再答", folder=tmp_path, code=2, **env)
    assert "请找航道管理站" in town.says("neighbour", "谢谢")
    rows = json.loads(run("consult", "list", "--json", folder=tmp_path, **env))
    assert rows == []
    row = json.loads(run("consult", "show", "2026-000002", "--json", folder=tmp_path, **env))
    assert [turn["author"] for turn in row["turns"]] == ["resident", "adviser"]
    assert "neighbour" not in json.dumps(row)


def test_a_month_is_counted(database: str, tmp_path: Path) -> None:
    env = {"LEGALBOT_DATABASE__URL": database}
    heard = run("report", "month", "2026-11", folder=tmp_path, **env)
    assert "2 人次，2 件，2 人" in heard
    assert "计数规则" in heard
    counted = json.loads(run("report", "month", "2026-11", "--json", folder=tmp_path, **env))
    assert counted["total"] == {"occasions": 2, "matters": 2, "people": 2}
    for groups in counted["by"].values():
        assert sum(one["occasions"] for one in groups.values()) == 2
    assert set(counted["by"]) == {"纠纷类型", "村", "渠道", "结果", "月份", "答复者"}
    assert json.loads(run("report", "month", "2026-10", "--json", folder=tmp_path, **env))["total"]["people"] == 0
    assert "2026-11" in run("report", "month", "november", folder=tmp_path, code=2, **env)


def test_an_adviser_is_added_given_a_code_and_listed(tmp_path: Path) -> None:
    env = {"LEGALBOT_DATABASE__URL": f"sqlite:///{tmp_path}/a.db"}
    heard = run("adviser", "add", "示例调解员", "--kind", "调解员", "--topic", "邻里", "--duty", folder=tmp_path, **env)
    assert "已添加 示例调解员" in heard
    assert "已经有叫“示例调解员”" in run("adviser", "add", "示例调解员", folder=tmp_path, code=2, **env)
    assert "没有叫“丁村”的村" in run("adviser", "add", "乙", "--village", "丁村", folder=tmp_path, code=2, **env)
    assert "只能是" in run("adviser", "add", "乙", "--kind", "法官", folder=tmp_path, code=2, **env)
    heard = run("adviser", "code", "示例调解员", "--qr", "code.svg", folder=tmp_path, **env)
    assert "发这句话：绑定 " in heard
    assert "<svg" in (tmp_path / "code.svg").read_text(encoding="utf-8")
    assert ".svg 或 .png" in run("adviser", "code", "示例调解员", "--qr", "code.doc", folder=tmp_path, code=2, **env)
    listed = run("adviser", "list", folder=tmp_path, **env)
    assert "示例调解员（值班）" in listed
    assert "没绑定" in listed


def test_what_is_stuck_is_listed_retried_or_told_by_telephone(town: Town, tmp_path: Path) -> None:
    from bot.store.models import Parcel

    env = {"LEGALBOT_DATABASE__URL": str(town.machine.settings.database.url)}
    town.says("resident", "航标歪了归谁修")
    run("consult", "answer", "2026-000001", "请找航道管理站。", folder=tmp_path, **env)
    with town.machine.database.unit() as unit:
        for parcel in unit.session.query(Parcel).filter(Parcel.resident_id.is_not(None)):
            parcel.created_at, number = parcel.created_at.replace(year=2025), parcel.id
        unit.commit()
    assert "居民一直没有来取" in run("consult", "stuck", folder=tmp_path, **env)
    assert "马上再送" in run("consult", "retry", str(number), folder=tmp_path, **env)
    assert "记下了" in run("consult", "told", str(number), "--by", "所长", folder=tmp_path, **env)
    assert "没有卡住" in run("consult", "retry", str(number), folder=tmp_path, code=2, **env)
    assert json.loads(run("consult", "show", "2026-000001", "--json", folder=tmp_path, **env))["state"] == "delivered"
    assert "请找航道管理站" not in town.says("resident", "在吗")


def test_failed_messages_are_listed(town: Town, tmp_path: Path) -> None:
    from bot.simulator.platform import Account, Platform

    account = town.platform.account
    stranger = Platform(
        Account(account.token, account.encoding_aes_key, "wxother"), town.platform.webhook,
        clock=lambda: town.clock().timestamp(),
    )  # fmt: skip
    stranger.say("resident", "你好")
    heard = run("failed", folder=tmp_path, LEGALBOT_DATABASE__URL=str(town.machine.settings.database.url))
    assert "读不懂" in heard
    assert "1 条" in heard


def test_the_chat_is_a_conversation(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat"], cwd=tmp_path, input="你好\n航标歪了归谁修\n退出\n", capture_output=True,
        text=True, timeout=60, check=True, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert "您好" in done.stdout
    assert "示范镇司法所" in done.stdout


def test_account_check_fetches_a_token_and_names_what_is_wrong(tmp_path: Path) -> None:
    from bot.demo import serving
    from bot.simulator.api import Api

    api = Api("wx1", "right")
    with serving(api.app(), 0) as port:
        environment = {
            "LEGALBOT_WECHAT__TOKEN": "abc123", "LEGALBOT_WECHAT__APP_ID": "wx1",
            "LEGALBOT_WECHAT__API_BASE_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        accepted = run("account", "check", folder=tmp_path, LEGALBOT_WECHAT__APP_SECRET="right", **environment)
        refused = run("account", "check", folder=tmp_path, code=2, LEGALBOT_WECHAT__APP_SECRET="wrong", **environment)
    assert "微信接受了" in accepted
    assert "app_secret 不对" in refused
    assert "wrong" not in refused


def test_account_check_without_credentials_says_what_to_set(tmp_path: Path) -> None:
    heard = run("account", "check", folder=tmp_path, code=2, LEGALBOT_WECHAT__TOKEN="abc123")
    assert "app_secret" in heard


def test_the_demo_avoids_a_port_that_is_taken() -> None:
    import socket

    from bot.demo import usual_port

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert usual_port(taken) == 0
    assert usual_port(taken) == taken


def test_the_demo_opens_the_workbench_for_an_adviser_and_a_clerk_again_and_again(tmp_path: Path) -> None:
    from bot.demo import open_stage

    for _ in range(2):  # the second time over the database of the first
        with open_stage(0, f"sqlite:///{tmp_path}/kept.db") as running:
            links = running.desks()
            assert list(links) == ["示例律师", "示范镇工作人员"]
            for link in links.values():
                assert requests.get(link, timeout=30).status_code == 200


def test_the_keepers_commands_show_why_how_much_and_what_is_missing(town: Town, tmp_path: Path) -> None:
    heard = run("knowledge", "try", QUESTION, folder=tmp_path)
    assert "决定：answer" in heard
    assert "lending-borrower-does-not-repay" in heard
    assert "coverage" in heard
    counts = json.loads(run("knowledge", "stats", "--json", folder=tmp_path))
    assert counts["entries"] >= 800
    assert sum(counts["by_topic"].values()) == counts["entries"]
    assert "没有条目引用" in run("knowledge", "uncited", folder=tmp_path)


def test_gaps_group_what_was_not_answered_with_a_skeleton(town: Town, tmp_path: Path) -> None:
    for resident, said in (("a", "河里的航标歪了归哪个修"), ("b", "河里航标歪了哪个来修")):
        town.says(resident, "律师")
        town.says(resident, said)
    town.says("c", "借钱不还怎么办")
    town.says("c", "没解决")
    heard = run("knowledge", "gaps", folder=tmp_path, LEGALBOT_DATABASE__URL=town.machine.settings.database.url)
    assert "有 3 个问题没答上，归成 2 堆" in heard
    assert "第 1 堆，2 个问题" in heard
    assert '"河里的航标歪了归哪个修",' in heard
    assert "[[entry]]" in heard


def test_the_handbook_holds_every_entry_with_its_articles(tmp_path: Path) -> None:
    from knowledge.corpus import load

    run("knowledge", "book", "book", folder=tmp_path)
    pages = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "book").glob("*.html"))
    corpus = load()
    assert [entry.id for entry in corpus if f'id="{entry.id}"' not in pages] == []
    assert "因下列事由" in pages or "感情确已破裂" in pages
    assert "没有这一条" not in pages
