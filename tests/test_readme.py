"""The README's two commands, executed as written in a copy of the checkout without anything installed."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[1]


def commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)[:2]]


def test_the_readme_opens_with_exactly_two_commands_before_anything_else() -> None:
    opening = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## ")[0]
    assert opening.count("```sh") == 2
    assert all("\n" not in command for command in commands())
    assert "legalbot demo" in commands()[0]
    assert "pytest" in commands()[1]


def test_every_file_and_command_the_readme_names_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:bot|knowledge|handlers|tests|\.ci)/[\w/.-]+)`", text))
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            target = tmp_path / "checkout" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return tmp_path / "checkout"


@pytest.fixture
def environment() -> dict[str, str]:
    """As on a fresh machine: nothing of the running virtual environment."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LEGALBOT_", "VIRTUAL_ENV", "PYTEST_"))
    }
    own = str(Path(sys.prefix) / "bin")
    kept["PATH"] = os.pathsep.join(part for part in kept["PATH"].split(os.pathsep) if part != own)
    return kept


@pytest.fixture
def running_demo(checkout: Path, environment: dict[str, str]) -> Iterator[str]:
    process = subprocess.Popen(
        commands()[0], shell=True, cwd=checkout, env={**environment, "PYTHONUNBUFFERED": "1"}, text=True,
        stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                yield found[0]
                break
        else:
            pytest.fail("the demo printed no address")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=30)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.stdout and process.stdout.close()


@pytest.mark.install
def test_the_first_command_answers_a_residents_question(running_demo: str) -> None:
    started = time.monotonic()
    said = {"openid": "demoReadme", "text": "别人借我的钱到期不还怎么办"}
    answer = requests.post(f"{running_demo}say", json=said, timeout=30).json()
    assert "民法典" in answer["reply"]
    assert time.monotonic() - started < 120


@pytest.mark.install
def test_the_second_command_runs_the_tests(checkout: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        commands()[1],
        shell=True,
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert re.search(r"\d+ passed", done.stdout)
