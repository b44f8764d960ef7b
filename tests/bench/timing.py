"""Shared by the benchmarks: percentiles and tables."""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from rich.console import Console
from rich.table import Table

T = TypeVar("T")


def timed(work: Callable[[T], object], items: Iterable[T]) -> list[float]:
    """Seconds that each item takes, one after the other."""
    seconds = []
    for item in items:
        started = time.perf_counter()
        work(item)
        seconds.append(time.perf_counter() - started)
    return seconds


def percentile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]


def show(title: str, rows: list[tuple[str, list[float], float]], baseline: str) -> None:
    """Rows of (name, seconds each, seconds in all); the ratio is of the medians to the baseline's."""
    table = Table("what", "questions/s", "p50 ms", "p99 ms", "p50 against baseline", title=title)
    base = next(percentile(seconds, 0.5) for name, seconds, _ in rows if name == baseline)
    for name, seconds, total in rows:
        p50, p99 = percentile(seconds, 0.5), percentile(seconds, 0.99)
        table.add_row(
            name, f"{len(seconds) / total:.0f}", f"{p50 * 1000:.2f}", f"{p99 * 1000:.2f}", f"{p50 / base:.2f}x"
        )
    Console(width=110).print(table)
