"""A server that stops at a chosen point and waits to be killed: `python -m tests.integration.dying_server POINT FLAG`.

POINT is before-commit, after-commit or never. When it is reached the file FLAG appears and nothing more happens. The
settings come from the environment, as for `legalbot serve`; the port is printed.
"""

import sys
import threading
from pathlib import Path

from bot.app import assemble
from bot.config import Settings
from bot.demo import serving
from bot.message import Inbound, Reply
from bot.visit import Visit


def main(point: str, flag: Path) -> None:
    machine = assemble(Settings.load())
    dispatcher = machine.dispatcher

    def stop() -> None:
        flag.write_text("reached")
        threading.Event().wait()

    if point == "before-commit":
        pack = dispatcher._pack

        def pack_and_stop(visit: Visit, reply: Reply) -> Reply:
            packed = pack(visit, reply)
            visit.unit.session.flush()
            stop()
            return packed

        dispatcher._pack = pack_and_stop
    if point == "after-commit":
        answer = type(dispatcher).__call__

        def answer_and_stop(self: object, message: Inbound) -> Reply:
            reply = answer(dispatcher, message)
            stop()
            return reply

        type(dispatcher).__call__ = answer_and_stop  # type: ignore[method-assign]
    with serving(machine.web, 0) as port:
        print(port, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
