"""GET/POST /wechat. Whatever happens, the platform gets an answer it understands, and the resident a kind one."""

import logging
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import HTTPException

from bot.clock import Clock
from bot.dispatch import Dispatcher
from bot.errors import Refused, StoreError, Unreadable
from bot.message import Inbound, Reply
from bot.store.database import Database
from bot.wechat.codec import MAX_BODY_BYTES, SUCCESS, Codec
from handlers.phrases import NOT_RECORDED

_log = logging.getLogger(__name__)


async def body_within_limit(request: Request) -> bytes:
    """The raw body, refused with 413 as soon as it is known to be too large."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MAX_BODY_BYTES:
        raise HTTPException(413)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413)
    return bytes(body)


def router(codec: Codec, dispatch: Dispatcher, database: Database, clock: Clock) -> APIRouter:
    """The two endpoints. They are plain functions: matching is CPU work, and the worker threads run it."""
    routes = APIRouter()

    @routes.get("/wechat")
    def handshake(request: Request) -> Response:
        try:
            return _plain(codec.handshake(request.query_params))
        except Refused as refused:
            return _refuse(refused)

    @routes.post("/wechat")
    def receive(request: Request, body: Annotated[bytes, Depends(body_within_limit)]) -> Response:
        try:
            call = codec.open(request.query_params, body)
            message = codec.read(call)
        except Refused as refused:
            return _refuse(refused)
        except Unreadable as unreadable:
            return _keep(unreadable)
        return _xml(codec.render(_answer(message), message, call))

    def _answer(message: Inbound) -> Reply:
        try:
            return dispatch(message)
        except StoreError as error:
            _log.error("message not recorded id=%s error=%s", secrets.token_hex(4), error)
            return Reply(NOT_RECORDED)

    def _keep(unreadable: Unreadable) -> Response:
        # Answered with success: the platform would only send the same bytes again.
        error_id = secrets.token_hex(4)
        _log.error("message unreadable id=%s reason=%s", error_id, unreadable)
        try:
            with database.unit() as unit:
                unit.inbox.keep_unreadable(unreadable.body, error_id, clock())
                unit.commit()
        except StoreError as error:
            _log.error("message unreadable and not kept id=%s error=%s", error_id, error)
        return _plain(SUCCESS)

    return routes


def _refuse(refused: Refused) -> Response:
    _log.warning("call refused: %s", refused)
    return Response(status_code=403)


def _plain(text: str) -> Response:
    return Response(text, media_type="text/plain")


def _xml(body: str) -> Response:
    return Response(body, media_type="text/plain" if body == SUCCESS else "application/xml")
