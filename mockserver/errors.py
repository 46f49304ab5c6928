"""Our own faults, never the client's.

MockServerError
├── SettingsError     what we were told to be makes no sense
├── NotRunning        a running exchange was asked for
├── LedgerError       a movement that would break the books
└── StoreError        a durable store that cannot be used, or does not fit
"""


class MockServerError(Exception):
    """The mock exchange cannot go on, or was asked for what it cannot do."""


class SettingsError(MockServerError):
    """A setting, a fault or a name that makes no sense; the message is one clear line."""


class NotRunning(MockServerError):
    """Something only a running exchange can do was asked of one that is not."""


class LedgerError(MockServerError):
    """A movement that would break the books."""


class StoreError(MockServerError):
    """A durable store that cannot be used, or does not fit what it shall serve; the message is one clear line."""
