"""Our own faults and the adapter's; never the client's."""


class HarnessError(Exception):
    """The harness cannot go on."""


class UsageError(HarnessError):
    """Wrong usage: one clear line for the user, exit status 2."""


class AdapterFault(HarnessError):
    """The adapter broke, so nothing can be said about the client.

    Attributes:
        kind: One of `exited`, `signalled`, `end_of_file`, `silent`, `framing`, `json_rpc`, `dishonest`, `raised`.
        detail: What happened, in one line.
        stderr: The last lines that the adapter wrote to stderr.
    """

    def __init__(self, kind: str, detail: str, stderr: str = "") -> None:
        super().__init__(f"adapter {kind}: {detail}")
        self.kind = kind
        self.detail = detail
        self.stderr = stderr


class AdapterUnusable(AdapterFault):
    """The adapter broke again and again, so the run stops: exit status 3."""

    def __init__(self, restarts: int, last: AdapterFault) -> None:
        detail = f"{last.detail}, after {restarts} restarts in a row that no requirement asked for"
        super().__init__(last.kind, detail, last.stderr)
