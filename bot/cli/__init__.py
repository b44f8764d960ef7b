"""`legalbot …`: thin, every command calls one function. Errors are one line that names the fix."""

import sys

import typer
from rich.console import Console

from bot.cli import account, adviser, api, consult, knowledge, menu, poster, report, running, staff
from bot.errors import LegalbotError
from knowledge.fault import KnowledgeError
from knowledge.statutes import StatuteError

app = typer.Typer(
    help="村居法律咨询公众号机器人。", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False,
)  # fmt: skip
running.add_to(app)
knowledge.add_to(app)
consult.add_to(app)
report.add_to(app)
adviser.add_to(app)
account.add_to(app)
staff.add_to(app)
api.add_to(app)
menu.add_to(app)
poster.add_to(app)


def main() -> None:
    try:
        app()
    except (LegalbotError, KnowledgeError, StatuteError) as error:
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
