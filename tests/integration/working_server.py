"""A server that is killed and comes back: `python -m tests.integration.working_server START`.

Loads the knowledge base once and forks a child for every life, so that a life starts within a fraction of a second.
The listening socket is the parent's: calls that come between two lives wait for the next one. Printed are the port,
then the process id of each life. The settings come from the environment, as for `legalbot serve`.
"""

import datetime as dt
import os
import socket
import sys
import time
from dataclasses import dataclass

import uvicorn

from bot.app import assemble, log_to_stderr
from bot.clock import Clock, local
from bot.config import Settings
from knowledge.desk import Desk

SPEED = 6
"""Leases and waits between attempts end that much sooner, so that many of them end while servers are killed."""


@dataclass(frozen=True)
class QuickClock:
    """Time since `start`, in seconds of the epoch, runs fast; the same in every process."""

    start: float

    def seconds(self) -> float:
        return self.start + (time.time() - self.start) * SPEED

    def __call__(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.seconds(), dt.UTC)


def main(clock: QuickClock) -> None:
    """One life after another, until somebody kills the whole group; a life that ends by itself ends it all."""
    settings = Settings.load()
    desk = Desk.open(local(clock()).date())
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            child = os.fork()
            if not child:
                try:
                    live(settings, desk, clock, listening)
                finally:
                    os._exit(1)
            print(child, flush=True)
            _, status = os.waitpid(child, 0)
            if not os.WIFSIGNALED(status):
                sys.exit("a life ended by itself")


def live(settings: Settings, desk: Desk, clock: Clock, listening: socket.socket) -> None:
    log_to_stderr()
    machine = assemble(settings, desk, clock)
    with machine.working():
        uvicorn.Server(uvicorn.Config(machine.web, access_log=False, log_level="error")).run(sockets=[listening])


if __name__ == "__main__":
    main(QuickClock(float(sys.argv[1])))
