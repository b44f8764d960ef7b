"""E-mail, for notices to advisers."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

from bot.delivery.channel import Fate, Undelivered
from bot.message import plain
from bot.store.outbox import Held

TIMEOUT_SECONDS = 10.0
SUBJECT = "村居法律咨询：有咨询等您处理"


@dataclass(frozen=True)
class MailServer:
    """`security` is tls (from the first byte), starttls, or none (only for a server on this machine)."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str


class Mail:
    rung = "mail"

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def reaches(self, parcel: Held) -> bool:
        return bool(parcel.adviser and parcel.email)

    def send(self, parcel: Held) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self._server.sender, parcel.email, SUBJECT
        letter["Message-ID"] = f"<parcel-{parcel.id}@{self._server.sender.partition('@')[2] or 'legalbot'}>"
        letter.set_content(plain(parcel.text))
        try:
            with self._connect() as connection:
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
                connection.send_message(letter)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPAuthenticationError) as error:
            raise Undelivered(Fate.NEXT, f"邮件被退（{type(error).__name__}），请核对邮箱和 [mail]") from None
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(Fate.AGAIN, f"邮件发不出去（{type(error).__name__}）") from None

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        return connection
