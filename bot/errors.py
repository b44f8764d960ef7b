"""One small tree of errors; foreign exceptions are translated into it at the edge. Messages name the fix."""


class LegalbotError(Exception):
    """Anything this program reports to an operator on purpose."""


class ConfigError(LegalbotError):
    """A setting is missing, unknown or wrong."""


class Refused(LegalbotError):
    """A webhook call that does not prove that it comes from the platform: answered 403, nothing written."""


class Unreadable(LegalbotError):
    """A call proven genuine whose content cannot be understood; `body` is kept for staff."""

    def __init__(self, reason: str, body: str) -> None:
        super().__init__(reason)
        self.body = body


class StoreError(LegalbotError):
    """The database could not take the work; nothing of it was written."""


class ConsultationError(LegalbotError):
    """A consultation number is unknown or its state does not allow what was asked."""


class RecordError(LegalbotError):
    """A row of a ledger is unknown, or cannot be written as asked."""


class AccountError(LegalbotError):
    """An account of the workbench is unknown, or what was asked of it is not allowed."""


class Busy(LegalbotError):
    """Too much at once: the same a little later may succeed."""


class SendError(LegalbotError):
    """The platform refused an API call. `permanent` says that repeating it is useless."""

    def __init__(self, code: int | None, message: str, permanent: bool) -> None:
        super().__init__(message)
        self.code = code
        self.permanent = permanent
