"""What several commands share: the configuration file, output as JSON."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.config import Settings

ConfigFile = Annotated[
    Path | None, typer.Option("--config", "-c", help="配置文件；不写就用当前目录的 config.toml，没有就用内置默认值。")
]
AsJson = Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象。")]

console = Console(highlight=False, soft_wrap=True)


def settings(config: Path | None) -> Settings:
    return Settings.load(config)


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
