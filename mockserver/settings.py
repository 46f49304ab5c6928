"""How an exchange is set up: frozen, checked once at start."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mockserver.core.dialect import Profile
from mockserver.errors import SettingsError
from signer import Credentials

if TYPE_CHECKING:
    from mockserver.tls import Tls


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a mock exchange is told at its start.

    Attributes:
        dialect: Which exchange is played.
        profile: The one of the documents, or the one that live servers were seen to be.
        habits: How the dialect is played where there are several ways, as `Dialect.habits` lists them.
        host: The address to listen on.
        port: The port; 0 for any free one; None for none, where several exchanges share one and are called by name.
        seed: Everything drawn (credentials, the seeded market) follows from it.
        market_maker: Whether a market maker moves the prices; they stand still otherwise until a client moves them.
        rate_limits: Whether the dialect's rate limit is enforced.
        single_use_nonces: Whether a random nonce that was used is refused, where the dialect documents no such check.
        clock_offset_ms: How far ahead of the machine's clock the server's is.
        control_token: What `/_noncense/` asks for; required once bound beyond loopback.
        store: Where what happened is kept: `memory`, or `sqlite:FILE`, where a killed process loses nothing that was
            answered; `sqlite:FILE?durable=full`, where a power cut does not either.
        explain: Whether refusals of a signature, a nonce or a timestamp carry the doctor's word in headers.
        credentials: Keys that exist from the start, with the permission to read and trade.
        journal_entries: How many requests the journal keeps.
        journal_bytes: How many bytes of requests and answers it keeps at most, roughly.
        first_byte_s: How long a new connection may say nothing.
        head_s: How long the head of a request may take to arrive.
        body_s: How long a body may take to arrive.
        keep_alive_s: How long a connection may idle between two requests, or leave an answer unread.
        handshake_s: How long a TLS handshake may take.
        line_bytes: The longest line of a head.
        head_lines: The most header lines.
        body_bytes: The largest body; None for what the dialect says.
        connection_requests: After how many requests a connection is closed; None for never.
        connections: How many connections there may be; None for what the limit on open files leaves room for.
        compress: Whether answers are compressed for who asks for it; None for what the exchange itself does.
        tls: The server's TLS context, or STALLED for one that never answers a handshake; None for plain HTTP.
        uvloop: Whether uvloop is used for an exchange in a thread of its own, where it is installed.
    """

    dialect: str = "reference"
    profile: Profile = Profile.DOCUMENTED
    habits: Mapping[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int | None = 0
    seed: int = 0
    market_maker: bool = False
    rate_limits: bool = False
    single_use_nonces: bool = False
    clock_offset_ms: int = 0
    control_token: str | None = field(default=None, repr=False)
    store: str = "memory"
    explain: bool = False
    credentials: tuple[Credentials, ...] = ()
    journal_entries: int = 4_000
    journal_bytes: int = 64 * 1024 * 1024
    first_byte_s: float = 30.0
    head_s: float = 20.0
    body_s: float = 20.0
    keep_alive_s: float = 75.0
    handshake_s: float = 10.0
    line_bytes: int = 8190
    head_lines: int = 128
    body_bytes: int | None = None
    connection_requests: int | None = None
    connections: int | None = None
    compress: bool | None = None
    tls: Tls | None = None
    uvloop: bool = True

    def __post_init__(self) -> None:
        """Check what can be checked without a dialect.

        Raises:
            SettingsError: A value makes no sense.
        """
        if self.port is not None and not 0 <= self.port <= 65535:
            raise SettingsError(f"port {self.port} is not between 0 and 65535")
        if self.journal_entries < 1 or self.journal_bytes < 1:
            raise SettingsError("the journal must keep at least one entry")
        if not all(seconds > 0 for seconds in (self.first_byte_s, self.head_s, self.body_s, self.handshake_s)):
            raise SettingsError("whoever connects must be given some time")
        counts = (self.line_bytes, self.head_lines, self.connection_requests, self.connections)
        if any(count is not None and count < 1 for count in counts):
            raise SettingsError("a limit must leave room for one request")
        if self.body_bytes is not None and self.body_bytes < 0:
            raise SettingsError("a body cannot have less than no bytes")
        if not self.on_loopback and self.control_token is None:
            raise SettingsError(f"{self.host} is beyond loopback: a control token is required")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the exchange."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False
