"""Commands that run the program: serve, demo, chat, migrate."""

from typing import Annotated

import typer
import uvicorn

from bot import app as root
from bot.cli.options import ConfigFile, console, settings
from bot.store.database import Database


def add_to(app: typer.Typer) -> None:
    app.command(help="启动公众号服务（要先设置 token）。")(serve)
    app.command(help="试用：启动服务和模拟的微信，打印一个网址，用浏览器打开就能当居民提问。")(demo)
    app.command(help="试用：在终端里当居民提问。")(chat)
    app.command(help="把数据库升级到最新结构（PostgreSQL 要先运行一次；SQLite 启动时自动升级）。")(migrate)


def serve(config: ConfigFile = None) -> None:
    chosen = settings(config)
    chosen.require_account()
    root.log_to_stderr()
    machine = root.assemble(chosen)
    # Access logs are off: the query string of a plaintext call could be replayed with any body.
    with machine.working():
        uvicorn.run(machine.web, host=chosen.server.host, port=chosen.server.port, access_log=False, log_config=None)


def demo(
    port: Annotated[int | None, typer.Option(help="网页的端口；不写就用 8000，被占用时自动另选。")] = None,
    database: Annotated[str, typer.Option(help="数据库；不写就用临时的，退出即删除。")] = "",
) -> None:
    from bot import demo as stage  # noqa: PLC0415 - the simulator is not loaded by a serving process

    with stage.open_stage(stage.usual_port() if port is None else port, database) as running:
        desks = "\n".join(f"　{name}：{link}" for name, link in running.desks().items())
        console.print(
            f"试用页面：{running.url}\n在浏览器里打开，就可以当居民提问。\n"
            f"工作台（第一次打开时自己定密码，登录名 lawyer 和 office）：\n{desks}\n按 Ctrl+C 结束。",
            markup=False,
        )
        running.wait()


def chat(
    database: Annotated[str, typer.Option(help="数据库；不写就用临时的，退出即删除。")] = "",
) -> None:
    from bot import demo as stage  # noqa: PLC0415

    with stage.open_stage(0, database) as running:
        stage.converse(running, console)


def migrate(config: ConfigFile = None) -> None:
    database = Database(settings(config).database.url)
    database.migrate()
    console.print("数据库结构已是最新。")
