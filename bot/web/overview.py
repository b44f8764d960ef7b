"""What is set, for the administrator to read. Of a secret only that it is set."""

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import SecretStr

from bot.config import Settings
from bot.web.auth import Gate, Member
from bot.web.pages import ROOT, page

Rows = list[tuple[str, str]]
_CHANNELS = {"push": "公众号客服消息", "robot": "企业微信群机器人", "mail": "邮件"}


def router(gate: Gate, settings: Settings, rungs: Collection[str]) -> APIRouter:
    """`rungs` are the channels that are open besides the pick-up box."""
    routes = APIRouter(prefix=ROOT)
    Admin = Annotated[Member, Depends(gate.allowed("admin"))]  # noqa: N806 - a type

    @routes.get("/settings")
    def overview(request: Request, member: Admin) -> Response:
        file = settings.toml_file.resolve() if settings.toml_file else None
        return page(
            request, "settings.html", member=member, parts=parts(settings, rungs), villages=settings.villages, file=file
        )

    return routes


def parts(settings: Settings, rungs: Collection[str]) -> dict[str, Rows]:
    """Title -> what is set, in plain words."""
    return {
        "公众号": _account(settings), "乡镇": _township(settings), "答复期限": _answering(settings),
        "送达": _delivery(settings, rungs), "工作台和数据库": _machine(settings),
    }  # fmt: skip


def _account(settings: Settings) -> Rows:
    account = settings.wechat
    return [
        ("账号类型", "服务号" if account.account_kind == "service" else "订阅号"),
        ("微信认证", "已认证" if account.verified else "没有认证"),
        ("AppID", account.app_id or "未设置"), ("Token", _given(account.token)),
        ("消息加解密密钥", _given(account.encoding_aes_key)),
        ("换下来的旧密钥", _given(account.previous_encoding_aes_key)), ("AppSecret", _given(account.app_secret)),
        ("带参数的二维码", "可以生成" if account.makes_codes else "不能生成"),
        ("消息时间最多相差", f"{account.max_clock_skew_seconds} 秒"),
    ]  # fmt: skip


def _township(settings: Settings) -> Rows:
    place, calendar = settings.township, settings.calendar
    return [
        ("名称", place.name), ("值班电话", place.hotline or "未设置"), ("上班时间", " 到 ".join(place.office_hours)),
        ("本地另外放假", "、".join(map(str, calendar.holidays)) or "没有"),
        ("本地另外上班", "、".join(map(str, calendar.workdays)) or "没有"),
        ("隔多久再问算新的一人次", f"{place.count_window_hours} 小时"),
    ]  # fmt: skip


def _answering(settings: Settings) -> Rows:
    answering = settings.answering
    limits = answering.hours | answering.office_hours  # as in the routing, office time comes first
    return [
        *(
            (kind, f"{hours} 个{'上班' if kind in answering.office_hours else ''}小时内第一次答复")
            for kind, hours in limits.items()
        ),
        ("急事没人确认，再催", f"每 {answering.urgent_repeat_minutes} 分钟"),
    ]


def _delivery(settings: Settings, rungs: Collection[str]) -> Rows:
    mail = settings.mail
    return [
        *((name, "已开通" if rung in rungs else "没有开通") for rung, name in _CHANNELS.items()),
        ("取件箱", "一直可用"), ("群机器人地址", _given(settings.delivery.robot_url)),
        ("邮件服务器", f"{mail.host}:{mail.port}" if mail.host else "未设置"), ("发件邮箱", mail.sender or "未设置"),
        ("邮箱密码", _given(mail.password)),
        ("多久没来取就请打电话", f"{settings.delivery.uncollected_hours} 小时"),
    ]  # fmt: skip


def _machine(settings: Settings) -> Rows:
    kind = "SQLite 文件" if settings.database.url.startswith("sqlite") else "PostgreSQL"
    return [
        ("工作台密钥", _given(settings.workbench.key)), ("工作台网址", settings.workbench.public_url or "未设置"),
        ("监听", f"{settings.server.host}:{settings.server.port}"), ("数据库", kind),  # its address may hold a password
    ]  # fmt: skip


def _given(secret: SecretStr) -> str:
    return "已设置" if secret.get_secret_value() else "未设置"
