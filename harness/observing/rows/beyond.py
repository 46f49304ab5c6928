"""What the wire alone does not decide, and what would be needed."""

from __future__ import annotations

from harness.observing.rule import Beyond

_ASKED = "what was asked for is not on the wire"
_TOLD = "what the command was told is not on the wire"
_DRIVEN = "nobody but a driver can bring it about"
_CERTIFICATES = "a command that trusts no other certificate does no work"
_RESTARTS = "it takes restarts at chosen moments"
_LASTING = "it takes harm that lasts, and the command would not come to its end"


def _all(why: str, ids: str) -> tuple[Beyond, ...]:
    return tuple(Beyond(requirement=name, why=why) for name in ids.split())


BEYOND: tuple[Beyond, ...] = (
    *_all(_ASKED, "CANON-005 UNI-002 NUM-001 NUM-003 NUM-006 OPS-001 OPS-002 OPS-003 PUB-004"),
    *_all(_TOLD, "CRED-005 CRED-006 TIME-006 TIME-007 RETRY-007 CONN-005 CONN-006 REDIR-003"),
    *_all(_DRIVEN, "SIGN-012 UNI-005 TIME-008 TIME-009 PUB-003 CONN-010 CONN-011 SIZE-004 RATE-004"),
    *_all(_CERTIFICATES, "TLS-001 TLS-002 TLS-003 TLS-004 TLS-006 TLS-007 REDIR-002"),
    *_all(_RESTARTS, "NONCE-009 CONC-005 CONC-009 PERS-001 PERS-002 PERS-003 PERS-004 PERS-005 PERS-006"),
    *_all(_LASTING, "NONCE-011 RETRY-008 RATE-003"),
)
