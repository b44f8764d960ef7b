"""Residents' pictures and recordings, downloaded from the platform (获取临时素材), which keeps them for three days."""

from dataclasses import dataclass

import requests

from bot.errors import SendError
from bot.wechat.client import TIMEOUT_SECONDS, Client, refusal, unreachable

LARGEST = 10 * 1024 * 1024
"""The platform takes pictures of at most 10 MB and recordings of at most 2 MB."""
KINDS = ("image/jpeg", "image/png", "audio/amr")
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Media:
    kind: str
    """One of KINDS."""
    content: bytes


def download(client: Client, media_id: str) -> Media:
    """Raises SendError: as the platform refuses it, or permanent without a code for one that is not kept."""
    return client.with_token(lambda token: _attempt(client, media_id, token))


def _attempt(client: Client, media_id: str, token: str) -> Media:
    address, asked = f"{client.API_BASE_URL}media/get", {"access_token": token, "media_id": media_id}
    try:
        with requests.get(address, params=asked, timeout=TIMEOUT_SECONDS, stream=True) as response:
            response.raise_for_status()
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if kind in ("application/json", "text/plain"):
                # A refusal is an answer like any other, told apart by its type alone.
                raise refusal(int(response.json()["errcode"]))
            if kind not in KINDS:
                raise SendError(None, f"文件类型是 {kind or '未知'}，只保存照片和语音", permanent=True)
            return Media(kind, _read(response))
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        # The exception's text holds the address with the token in it.
        raise unreachable(error) from None


def _read(response: requests.Response) -> bytes:
    """The body, never more of it than may be kept. Raises SendError."""
    content = bytearray()
    for chunk in response.iter_content(_CHUNK):
        content += chunk
        if len(content) > LARGEST:
            raise SendError(None, "文件超过 10 MB，没有保存", permanent=True)
    return bytes(content)
