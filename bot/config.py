"""Settings: embedded defaults, then config.toml, then environment variables LEGALBOT_<SECTION>__<KEY>.

Unknown keys are errors that name the nearest valid one. Nothing is read at import time.
"""

import base64
import binascii
import datetime as dt
import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bot.errors import ConfigError
from bot.ledger.yearly import KEYS, ROUNDED

_FIXES = {
    "missing": "缺少这一项", "int_parsing": "应为整数", "int_type": "应为整数", "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false", "string_type": "应为文字，要加引号", "literal_error": "只能是 {expected}",
    "greater_than_equal": "不能小于 {ge}", "less_than_equal": "不能大于 {le}", "string_too_short": "不能为空",
    "tuple_type": "应为列表，例如 [\"甲\", \"乙\"]", "model_type": "应为一节设置，例如 [server]",
}  # fmt: skip
"""What to do about pydantic's kinds of fault, in the operator's language."""

DEFAULT_FILE = Path("config.toml")
PREFIX = "LEGALBOT_"

_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WechatSection(Section):
    """Console: 设置与开发 > 开发接口管理 > 基本配置."""

    token: SecretStr = SecretStr("")
    encoding_aes_key: SecretStr = SecretStr("")
    previous_encoding_aes_key: SecretStr = SecretStr("")
    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    api_base_url: str = "https://api.weixin.qq.com"
    mp_base_url: str = "https://mp.weixin.qq.com"
    subscription_template: str = ""
    account_kind: Literal["subscription", "service"] = "subscription"
    verified: bool = False
    max_clock_skew_seconds: Annotated[int, Field(ge=30, le=3600)] = 600

    @property
    def makes_codes(self) -> bool:
        """Whether the account may make codes with a scene: only verified service accounts may."""
        return self.verified and self.account_kind == "service" and bool(self.app_secret.get_secret_value())

    @field_validator("encoding_aes_key", "previous_encoding_aes_key")
    @classmethod
    def _is_aes_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            try:
                key = base64.b64decode(value.get_secret_value() + "=", validate=True)
            except binascii.Error as error:
                raise ValueError("应为公众平台后台显示的 43 位 EncodingAESKey") from error
            if len(key) != 32:
                raise ValueError("应为公众平台后台显示的 43 位 EncodingAESKey")
        return value

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9]{3,32}", value.get_secret_value()):
            raise ValueError("应为 3 到 32 位英文字母或数字，与公众平台后台填写的一致")
        return value


class DatabaseSection(Section):
    url: str = "sqlite:///data/legalbot.db"


class ServerSection(Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000


class TownshipSection(Section):
    name: str = "本镇"
    hotline: str = ""
    office_hours: tuple[str, str] = ("09:00", "17:30")
    count_window_hours: Annotated[int, Field(ge=1, le=168)] = 24

    @field_validator("office_hours")
    @classmethod
    def _are_hours(cls, value: tuple[str, str]) -> tuple[str, str]:
        if not all(_HOURS.fullmatch(hour) for hour in value) or value[0] >= value[1]:
            raise ValueError('应为一先一后两个时间，例如 ["09:00", "17:30"]')
        return value


class VillageSection(Section):
    name: Annotated[str, Field(min_length=1)]
    aliases: tuple[str, ...] = ()
    groups: Annotated[int, Field(ge=0)] = 0
    scene: str = ""


Kind = Literal["律师", "法律明白人", "调解员", "司法所"]
Topic = Literal[
    "婚姻家庭", "继承", "赡养抚养", "邻里", "房屋宅基地", "土地承包", "山林", "征地拆迁", "合同", "民间借贷",
    "劳动争议", "损害赔偿", "道路交通", "动物致害", "医疗", "消费", "物业", "环境污染", "名誉人格", "其他",
]  # fmt: skip


class AdviserSection(Section):
    name: Annotated[str, Field(min_length=1)]
    kind: Kind = "律师"
    villages: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    email: str = ""
    duty: bool = False


Hours = Annotated[int, Field(ge=1, le=240)]


class AnsweringSection(Section):
    """The time for a first answer by kind of adviser."""

    hours: dict[Kind, Hours] = dict.fromkeys(get_args(Kind), 24)
    office_hours: dict[Kind, Hours] = {}
    urgent_repeat_minutes: Annotated[int, Field(ge=5, le=240)] = 30


class MediationSection(Section):
    return_visit_days: Annotated[int, Field(ge=1, le=365)] = 30


class ReportSection(Section):
    """How the yearly report is written."""

    rounded: tuple[str, ...] = ROUNDED

    @field_validator("rounded")
    @classmethod
    def _are_figures(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for key in value:
            if key not in KEYS:
                raise ValueError(f"没有“{key}”这一项，可以写：{'、'.join(KEYS)}")
        return value


class MailSection(Section):
    host: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 465
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = ""


class DeliverySection(Section):
    """How advisers are told, and when staff should take the telephone."""

    robot_url: SecretStr = SecretStr("")
    uncollected_hours: Annotated[int, Field(ge=1, le=720)] = 48


class PublicitySection(Section):
    """A day of law publicity of the township's own."""

    date: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1)]
    theme: Annotated[str, Field(min_length=1)]
    entries: tuple[str, ...]


class WorkbenchSection(Section):
    """The web workbench of advisers and staff."""

    key: SecretStr = SecretStr("")
    public_url: str = ""

    @field_validator("key")
    @classmethod
    def _is_long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 32:
            raise ValueError(
                '至少要 32 个随机字符，可以这样生成：python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        return value

    @field_validator("public_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/\s]+", value):
            raise ValueError("应为网站的地址，后面不带斜线，例如 https://falv.example.cn")
        return value


class VisitsSection(Section):
    """What a village's legal adviser (律师) owes it."""

    minimum_per_month: Annotated[int, Field(ge=0, le=31)] = 1


class CalendarSection(Section):
    holidays: tuple[dt.date, ...] = ()
    workdays: tuple[dt.date, ...] = ()


class Settings(BaseSettings):
    """Everything an operator can set. `Settings.load` is the way in."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    toml_file: ClassVar[Path | None] = None

    wechat: WechatSection = WechatSection()
    database: DatabaseSection = DatabaseSection()
    server: ServerSection = ServerSection()
    township: TownshipSection = TownshipSection()
    villages: tuple[VillageSection, ...] = ()
    answering: AnsweringSection = AnsweringSection()
    calendar: CalendarSection = CalendarSection()
    mediation: MediationSection = MediationSection()
    report: ReportSection = ReportSection()
    delivery: DeliverySection = DeliverySection()
    mail: MailSection = MailSection()
    workbench: WorkbenchSection = WorkbenchSection()
    visits: VisitsSection = VisitsSection()
    advisers: tuple[AdviserSection, ...] = ()
    publicity: tuple[PublicitySection, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, cls.toml_file)

    @classmethod
    def load(cls, file: Path | None = None) -> Self:
        """Read `file`, or ./config.toml if there is one. Raises ConfigError listing every fault."""
        if file and not file.exists():
            raise ConfigError(f"找不到配置文件 {file}，可从 config.example.toml 复制一份")
        chosen = file or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
        bound = type(cls.__name__, (cls,), {"toml_file": chosen, "__module__": cls.__module__})
        problems = _unknown_variables()
        try:
            settings: Self = bound()
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{chosen} 不是正确的 TOML：{error}") from error
        except ValidationError as error:
            raise ConfigError("\n".join([*problems, *map(_explain, error.errors())])) from error
        if problems:
            raise ConfigError("\n".join(problems))
        settings.check_villages()
        return settings

    @classmethod
    def checked(cls, values: dict[str, Any]) -> Self:
        """Settings from values that an operator typed elsewhere. Raises ConfigError listing every fault."""
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError("\n".join(map(_explain, error.errors()))) from error
        settings.check_villages()
        return settings

    def new_adviser(self, **values: Any) -> AdviserSection:
        """One whom staff add, by the same rules as those in the configuration. Raises ConfigError."""
        return self.checked({**self.model_dump(), "advisers": [values]}).advisers[0]

    @property
    def notifies(self) -> bool:
        """Whether residents can consent to one message: a verified account, its template, and where we are reached."""
        return bool(self.wechat.verified and self.wechat.subscription_template)

    def check_villages(self) -> None:
        """Villages and advisers must agree, and what needs an address must have one. Raises ConfigError."""
        if self.wechat.subscription_template and not self.workbench.public_url:
            raise ConfigError(
                "设置了 wechat.subscription_template，就要设置 workbench.public_url（居民手机能打开的网址）"
            )
        names = [village.name for village in self.villages]
        taken = [name for village in self.villages for name in (village.name, *village.aliases)]
        problems = [f"villages：“{name}”写了不止一次" for name in sorted(set(taken)) if taken.count(name) > 1]
        for adviser in self.advisers:
            for name in adviser.villages:
                if name not in names:
                    problems.append(f"advisers “{adviser.name}”：没有叫“{name}”的村{_nearest(name, names)}")
        if problems:
            raise ConfigError("\n".join(problems))

    def require_account(self) -> None:
        """What `serve` cannot do without. Raises ConfigError that says what to set."""
        if not self.wechat.token.get_secret_value():
            raise ConfigError(
                "还没有设置公众号 token，不能启动。请在 config.toml 的 [wechat] 里写 token，或设置环境变量 "
                "LEGALBOT_WECHAT__TOKEN，内容与公众平台后台“服务器配置”的 Token 一致。只想试用请运行 legalbot demo。"
            )
        if self.wechat.encoding_aes_key.get_secret_value() and not self.wechat.app_id:
            raise ConfigError(
                "设置了 encoding_aes_key 就必须设置 wechat.app_id（公众平台后台的 AppID），否则无法核对消息"
            )


def keys_of(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Every setting as a dotted path; rows of a list as villages.name."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        found += keys_of(inner, f"{prefix}{name}.") if inner else [prefix + name]
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for candidate in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _unknown_variables() -> list[str]:
    paths = keys_of(Settings)
    valid = {PREFIX + path.upper().replace(".", "__") for path in paths} | {
        PREFIX + "VILLAGES",
        PREFIX + "ADVISERS",
        PREFIX + "PUBLICITY",
    }
    valid |= {PREFIX + path.split(".")[0].upper() for path in paths}
    return [
        f"环境变量 {name} 不是有效的设置{_nearest(name, sorted(valid))}"
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name.upper() not in valid
    ]


def _explain(error: Any) -> str:
    path = [str(part) for part in error["loc"]]
    where = ".".join(path)
    if error["type"] == "extra_forbidden":
        plain = [part for part in path if not part.isdigit()]
        siblings = [key for key in keys_of(Settings) if key.split(".")[:-1] == plain[:-1]]
        if len(plain) == 1:
            siblings = list(Settings.model_fields)
        return f"{where}：没有这个设置{_nearest('.'.join(plain), siblings)}"
    context = {name: str(value).replace(" or ", " 或 ") for name, value in error.get("ctx", {}).items()}
    fix = _FIXES.get(error["type"], "{msg}")
    return f"{where}：{fix.format(msg=error['msg'].removeprefix('Value error, '), **context)}"


def _nearest(name: str, valid: list[str]) -> str:
    close = difflib.get_close_matches(name, valid, n=1, cutoff=0.5)
    return f"，是不是想写 {close[0]}？" if close else f"，可用的有：{'、'.join(valid)}" if valid else ""
