import itertools
import re
import tomllib
from pathlib import Path

import pytest

from bot.config import Settings, keys_of
from bot.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def uncommented() -> str:
    """The example with its commented-out rows of villages and advisers switched on."""
    return re.sub(r"^# ?(?=\[\[|# |[a-z]+ =)", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_program_runs_with_no_file_at_all() -> None:
    settings = Settings.load()
    assert settings.database.url == "sqlite:///data/legalbot.db"
    assert settings.server.host == "127.0.0.1"


def test_the_examples_values_are_the_defaults() -> None:
    assert Settings.load(EXAMPLE).model_dump() == Settings.load().model_dump()


def test_the_example_documents_every_setting() -> None:
    text = uncommented()
    document = tomllib.loads(text)
    written = set()
    for section, value in document.items():
        rows = value if isinstance(value, list) else [value]
        written |= {f"{section}.{key}" for row in rows for key in row}
    assert written == set(keys_of(Settings))
    lines = text.splitlines()
    bare = [line for before, line in itertools.pairwise(lines) if re.match(r"[a-z_]+ = ", line) and before == ""]
    assert bare == [], "every setting needs a comment above it"


def test_the_examples_villages_and_advisers_are_valid_once_switched_on(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(uncommented(), encoding="utf-8")
    settings = Settings.load()
    assert settings.villages[0].name == "甲山村"
    assert settings.advisers[0].kind == "律师"


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text('[server]\nport = 1234\n[township]\nname = "文件镇"\n', encoding="utf-8")
    monkeypatch.setenv("LEGALBOT_SERVER__PORT", "4321")
    settings = Settings.load()
    assert (settings.server.port, settings.township.name) == (4321, "文件镇")


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ('[wechat]\ntokn = "abc"\n', "是不是想写 wechat.token"),
        ("[sever]\nport = 1\n", "是不是想写 server"),
        ('[[villages]]\nname = "甲"\nalias = ["乙"]\n', "是不是想写 villages.aliases"),
        ('[wechat]\ntoken = "有空 格"\n', "3 到 32 位"),
        ('[wechat]\nencoding_aes_key = "short"\n', "43 位"),
        ('[township]\noffice_hours = ["18:00", "9:00"]\n', "一先一后"),
        ("[[villages]]\ngroups = 3\n", "缺少这一项"),
        ('[[villages]]\nname = "甲"\n[[villages]]\nname = "甲"\n', "写了不止一次"),
        ('[[villages]]\nname = "甲山村"\n[[advisers]]\nname = "某"\nvillages = ["甲山"]\n', "是不是想写 甲山村"),
        ("[server\n", "不是正确的 TOML"),
        ('[server]\nport = "many"\n', "server.port：应为整数"),
        ("[server]\nport = 70000\n", "不能大于 65535"),
        ('[wechat]\naccount_kind = "public"\n', "只能是 'subscription' 或 'service'"),
        ("[township]\nname = 3\n", "要加引号"),
    ],
)
def test_a_wrong_setting_is_named_with_its_mend(tmp_path: Path, text: str, heard: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(heard)):
        Settings.load(file)


def test_an_unknown_environment_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGALBOT_WECHAT__TOKEM", "abc")
    with pytest.raises(ConfigError, match="LEGALBOT_WECHAT__TOKEN"):
        Settings.load()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.example\.toml"):
        Settings.load(tmp_path / "none.toml")


def test_serving_needs_a_token_and_an_app_id_beside_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="LEGALBOT_WECHAT__TOKEN"):
        Settings.load().require_account()
    monkeypatch.setenv("LEGALBOT_WECHAT__TOKEN", "abc123")
    Settings.load().require_account()
    monkeypatch.setenv("LEGALBOT_WECHAT__ENCODING_AES_KEY", "A" * 42 + "E")
    with pytest.raises(ConfigError, match="app_id"):
        Settings.load().require_account()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGALBOT_WECHAT__TOKEN", "verysecret1")
    assert "verysecret1" not in repr(Settings.load())
