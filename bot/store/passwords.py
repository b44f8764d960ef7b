"""Passwords: which may be chosen, and their hashes (argon2id, with the parameters of OWASP's cheat sheet)."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import AccountError, Busy

SHORTEST, LONGEST = 10, 128
_FEWEST_DIFFERENT = 4
_OBVIOUS = frozenset((
    "1234567890", "0123456789", "0987654321", "9876543210", "12345678910", "123456789a", "a123456789",
    "1qaz2wsx3edc", "1q2w3e4r5t", "qwertyuiop", "qwerty123456", "password123", "password1234", "passw0rd123",
    "admin123456", "administrator", "legalbot123", "legalbot1234", "abcd123456", "abc1234567", "aa12345678",
    "aa123456789", "woaini1314", "woaini520520", "woaini1314520", "5201314520", "1314520520", "zhongguo123",
    "iloveyou123", "welcome123", "changeme123", "letmein12345",
))  # fmt: skip
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS = 3.0


def check_choice(password: str, again: str, login: str) -> None:
    """A new password, typed twice. Raises AccountError that says what a better one needs."""
    chosen = _plain(password).casefold()
    if password != again:
        raise AccountError("两次输入的密码不一样，请重新输入")
    if len(chosen) < SHORTEST:
        raise AccountError(f"密码至少要 {SHORTEST} 个字符")
    if len(chosen) > LONGEST:
        raise AccountError(f"密码最多 {LONGEST} 个字符")
    if chosen == login.casefold():
        raise AccountError("密码不能和登录名一样，请换一个")
    if chosen in _OBVIOUS or len(set(chosen)) < _FEWEST_DIFFERENT:
        raise AccountError("这个密码太容易被猜到，请换一个，例如四个不相干的词连起来")


def hash_of(password: str) -> str:
    """Raises Busy."""
    with _turn():
        return _HASHER.hash(_plain(password))


def matches(password_hash: str, password: str) -> bool:
    """Takes as long when there is no hash to compare with, so that time does not tell who is known. Raises Busy."""
    with _turn():
        try:
            return _HASHER.verify(password_hash or _nobodys(), _plain(password)) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False


def outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def _plain(password: str) -> str:
    """Full-width letters, which Chinese keyboards produce, count as the ordinary ones."""
    return unicodedata.normalize("NFKC", password[: LONGEST * 2])


@contextmanager
def _turn() -> Iterator[None]:
    # Each hash takes 19 MiB and a core, and the platform's messages share the worker threads.
    if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
        raise Busy("现在登录的人太多，请过一会儿再试")
    try:
        yield
    finally:
        _AT_ONCE.release()


@cache
def _nobodys() -> str:
    return _HASHER.hash("")
