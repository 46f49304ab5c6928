"""SECR: the secret stays where it is."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import POLONIEX, policy
from harness.events import Level
from harness.properties import discretion, secrecy

_REMAIN = f"{POLONIEX}: your secret must remain private"
_LOST = "Whoever reads it can trade, and where it is allowed withdraw, in the user's name."

ROWS = (
    Requirement(
        id="SECR-001",
        level=Level.MUST,
        title="The secret is not on the wire, in any encoding.",
        source=_REMAIN,
        consequence=_LOST,
        remedy="Send the digest only; look for headers or parameters that copy the whole configuration.",
        property=Property(
            cases=secrecy.any_calls,
            fixed=secrecy.everything_said,
            judge=secrecy.not_on_the_wire,
            least={"requests": 20},
            examples=10,
        ),
    ),
    Requirement(
        id="SECR-002",
        level=Level.MUST,
        title="The secret is not in stdout, stderr or logs.",
        source=_REMAIN,
        consequence=f"Logs are kept, copied and pasted into issues. {_LOST}",
        remedy="Log names of operations and statuses; never the configuration, at no level.",
        property=Property(
            cases=secrecy.any_calls,
            fixed=secrecy.everything_said,
            judge=secrecy.not_in_output,
            least={"calls": 20},
            examples=5,
        ),
    ),
    Requirement(
        id="SECR-003",
        level=Level.MUST,
        title="The secret is not in errors: message, arguments, cause, default traceback.",
        source=_REMAIN,
        consequence=f"Errors end in logs, trackers and chats. {_LOST}",
        remedy="Put no client object and no configuration into an error; keep the secret out of its arguments.",
        property=Property(
            cases=None, fixed=secrecy.harmed, judge=secrecy.not_in_errors, least={"failures": 3}, examples=0
        ),
    ),
    Requirement(
        id="SECR-004",
        level=Level.MUST,
        title="The secret is not in the textual form of client objects.",
        source=policy("debuggers, test runners and loggers print objects without being asked"),
        consequence=_LOST,
        remedy="Give the class that holds the secret a textual form without it.",
        needs_texts=True,
        property=Property(
            cases=None, fixed=secrecy.everything_said, judge=secrecy.not_in_text_forms, least={"texts": 2}, examples=0
        ),
    ),
    Requirement(
        id="SECR-005",
        level=Level.SHOULD,
        title="Signatures and keys are not logged or put into error texts while still valid.",
        source=policy("a signed request in a log is a request that somebody else may send first"),
        consequence="Whoever reads the log in time can send the very request, or learns which key trades.",
        remedy="Leave the authentication headers out of logs and errors.",
        property=Property(
            cases=None,
            fixed=secrecy.everything_said,
            judge=secrecy.signatures_not_shown,
            least={"requests": 5},
            examples=0,
        ),
    ),
    Requirement(
        id="SECR-006",
        level=Level.SHOULD,
        title="Key and signature are not in the URL unless the scheme puts them there.",
        source=policy("RFC 9110, section 17.9: URIs are logged, displayed and handed on"),
        consequence="Keys and signatures stand in the logs of every proxy on the way.",
        remedy="Send them where the exchange documents them, and nowhere else.",
        dialects={},
        property=Property(
            cases=None,
            fixed=discretion.private_calls,
            judge=discretion.not_in_the_url,
            least={"requests": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="SECR-007",
        level=Level.MUST,
        title="The secret is not written to disk.",
        source=_REMAIN,
        consequence=f"Temporary folders are read, backed up and forgotten. {_LOST}",
        remedy="Keep nonces in the state folder, under a name made of the key; keep the secret in memory.",
        needs_watch=True,
        property=Property(
            cases=None,
            fixed=discretion.to_its_end,
            judge=discretion.not_on_disk,
            least={"calls": 5},
            examples=0,
        ),
    ),
    Requirement(
        id="SECR-008",
        level=Level.SHOULD,
        title="The secret is not on a command line of a child process.",
        source=policy("every user of a machine can read the command lines of all its processes"),
        consequence=_LOST,
        remedy="Hand secrets to other programs by a pipe, or by a file descriptor (openssl: -macopt with a file).",
        needs_watch=True,
        property=Property(
            cases=None,
            fixed=discretion.a_working_day,
            judge=discretion.not_on_a_command_line,
            least={"calls": 5},
            examples=0,
        ),
    ),
    Requirement(
        id="SECR-009",
        level=Level.SHOULD,
        title="Nothing is sent to third parties.",
        source=policy("whoever trades has chosen one party to talk to"),
        consequence="Somebody else learns who trades where, when and from which address.",
        remedy="Send no reports by yourself; ask first, and let them be switched off.",
        needs_watch=True,
        property=Property(
            cases=None,
            fixed=discretion.a_working_day,
            judge=discretion.nobody_else,
            least={"calls": 5},
            examples=0,
        ),
    ),
)
