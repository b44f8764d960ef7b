"""What every page of the workbench has in common: templates, security headers, static files, pages for faults."""

import logging
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException as AnyHttpException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import Busy, LegalbotError, StoreError
from bot.web.reading import FILTERS, csrf

_log = logging.getLogger(__name__)

ROOT = "/workbench"
STAFF = "/staff"
"""The office's ledgers and figures."""
QUIZ = "/quiz"
"""Papers of exams, which anybody with the address may take."""
MAX_FORM_BYTES = 1024 * 1024
_CHUNK = 64 * 1024
"""Bytes of a file sent at a time."""
_HERE = Path(__file__).parent
_TEMPLATES = Jinja2Templates(directory=_HERE / "templates")
_TEMPLATES.env.filters.update(FILTERS)
_TEMPLATES.env.globals["csrf"] = csrf
_TEMPLATES.env.trim_blocks = _TEMPLATES.env.lstrip_blocks = True
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address of a setup page is a secret
    "Cache-Control": "no-store",
}
_WORDS = {
    403: "您的账号不能看这一页，或不能做这件事。",
    404: "没有这一页。请检查网址。",
    405: "这个网址不能这样打开。请从工作台里点进来。",
    413: "内容太长，请分几次提交。",
}
_OTHERWISE = "这一步没有办成，请返回再试。还不行请告诉管理员。"


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page from bot/web/templates. Those that extend base.html show `member`, if they are given one."""
    return _TEMPLATES.TemplateResponse(request, template, {"member": None, **values}, status_code=status)


def download(write: Callable[[BinaryIO], object], kind: str, name: str) -> Response:
    """A file to be saved; its name may be Chinese. It is written to the disk and sent from there, whatever its size."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - Kept closes it
    try:
        write(file)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Content-Length": str(size)}
    return Kept(file, kind, headers)


class Kept(StreamingResponse):
    """Sends an open file and closes it, also when nobody waits for it any more."""

    def __init__(self, file: BinaryIO, kind: str, headers: Mapping[str, str]) -> None:
        super().__init__(iter(partial(file.read, _CHUNK), b""), media_type=kind, headers=headers)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            await super().__call__(scope, receive, send)


def protect(web: FastAPI) -> None:
    """Give everything under /workbench, /staff and /quiz its headers and pages for faults; nothing else is touched."""
    web.add_middleware(Guard)
    web.mount(f"{ROOT}/static", StaticFiles(directory=_HERE / "static"))

    @web.exception_handler(AnyHttpException)
    async def refused(request: Request, fault: AnyHttpException) -> Response:
        if not within(request.url.path):
            return await http_exception_handler(request, fault)
        if location := (fault.headers or {}).get("Location"):
            return RedirectResponse(location, fault.status_code)
        own = str(fault.detail)  # the framework's own words are English
        text = _WORDS.get(fault.status_code, _OTHERWISE) if own.isascii() else own
        return page(request, "problem.html", fault.status_code, text=text)

    @web.exception_handler(RequestValidationError)
    async def misread(request: Request, fault: RequestValidationError) -> Response:
        if not within(request.url.path):
            return await request_validation_exception_handler(request, fault)
        if any(error["loc"][0] == "path" for error in fault.errors()):  # an address nothing can have
            return page(request, "problem.html", 404, text=_WORDS[404])
        return page(request, "problem.html", 422, text="网址或填写的内容不对，请返回检查。")

    @web.exception_handler(LegalbotError)
    async def failed(request: Request, fault: LegalbotError) -> Response:
        if not within(request.url.path):
            raise fault
        for_now = isinstance(fault, StoreError | Busy)
        if for_now:
            _log.error("page not served: %s", fault)
        return page(request, "problem.html", 503 if for_now else 409, text=str(fault))

    @web.exception_handler(Exception)
    async def broken(request: Request, _: Exception) -> Response:
        """The fault itself is raised again afterwards, and logged. Answered outside Guard, hence the headers."""
        if not within(request.url.path):
            return PlainTextResponse("Internal Server Error", 500)
        response = page(request, "problem.html", 500, text=_OTHERWISE)
        response.headers.update(_HEADERS)
        return response


def within(path: str) -> bool:
    """Whether this is the path of a page, with our headers and in our words."""
    return any(path == root or path.startswith(f"{root}/") for root in (ROOT, STAFF, QUIZ))


class Guard:
    """Sets the security headers of the pages for members and refuses bodies that are too large for a form."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not within(scope["path"]):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        taken = int(declared) if declared.isdigit() and int(declared) > MAX_FORM_BYTES else 0

        async def receive_some() -> Message:
            nonlocal taken
            if taken <= MAX_FORM_BYTES:
                message = await receive()
                taken += len(message.get("body", b""))
            if taken > MAX_FORM_BYTES:
                raise HTTPException(413)
            return message

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)  # a picture brings its own policy
            await send(message)

        await self._app(scope, receive_some, send_protected)
