"""Our crypto against an independent implementation, npm @wecom/crypto, in both directions."""

import base64
import json
import random
import secrets
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.wechat.crypto import Cipher, sign

pytestmark = pytest.mark.crosscheck

MESSAGES = [
    "", "a", "您好", "😀👨‍👩‍👧‍👦🇨🇳", "𠮷野家的㙓𪚥", "<xml><![CDATA[]]></xml>", "\n\t ", "长" * 5000, "x" * 31, "x" * 32, "x" * 33,
    *("".join(random.Random(seed).choices("甲乙丙😀𠮷abc123<>&", k=seed)) for seed in range(1, 60)),
]  # fmt: skip


def wecom(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    script = str(Path(__file__).parent / "wecom.mjs")
    done = subprocess.run(["node", script], input=lines, capture_output=True, text=True, timeout=120, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def secret() -> dict[str, str]:
    key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return {"key": key, "id": "wx0123456789abcdef", "token": "token123", "timestamp": "1795312800", "nonce": "n1"}


def test_what_they_encrypt_we_open_and_sign_alike(secret: dict[str, str]) -> None:
    cipher = Cipher(secret["key"], secret["id"])
    answers = wecom([{**secret, "message": message} for message in MESSAGES])
    assert [cipher.decrypt(answer["encrypted"]) for answer in answers] == MESSAGES
    for answer in answers:
        assert sign(secret["token"], secret["timestamp"], secret["nonce"], answer["encrypted"]) == answer["signature"]


def test_what_we_encrypt_they_open_and_sign_alike(secret: dict[str, str]) -> None:
    cipher = Cipher(secret["key"], secret["id"])
    sealed = [cipher.encrypt(message) for message in MESSAGES]
    answers = wecom([{**secret, "encrypted": one} for one in sealed])
    assert [answer["message"] for answer in answers] == MESSAGES
    assert {answer["id"] for answer in answers} == {secret["id"]}
    for one, answer in zip(sealed, answers, strict=True):
        assert sign(secret["token"], secret["timestamp"], secret["nonce"], one) == answer["signature"]
