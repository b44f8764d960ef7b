"""The second factor: codes of an authenticator app (RFC 6238)."""

import datetime as dt
import hmac

import pyotp
import segno

_PERIOD = 30
_DRIFT = 1
"""Steps that a telephone's clock may be off."""


def picture(secret: str, login: str, issuer: str) -> str:
    """What the app scans, as an SVG without scripts or styles."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)
    return str(segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff", title="动态验证码的二维码"))


def step_of(secret: str, code: str, now: dt.datetime) -> int | None:
    """The time step that this code belongs to, if it is one of now; using it up is for the caller to record."""
    current = int(now.timestamp()) // _PERIOD
    given = "".join(code.split()).encode()
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), given):
            return step
    return None
