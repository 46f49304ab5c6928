"""TIME: timestamps and clocks."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import WINDOW, policy
from harness.events import Level
from harness.properties import times
from signer import Kind

_STAMPED = frozenset({Kind.SINGLE_USE_NONCE, Kind.TIMESTAMP})

ROWS = (
    Requirement(
        id="TIME-001",
        level=Level.MUST,
        title="The timestamp has the documented unit and form.",
        source=WINDOW,
        consequence="Every call is refused as stale.",
        remedy="Send milliseconds since the Unix epoch, in UTC, as decimal digits.",
        kinds=_STAMPED,
        property=Property(cases=times.plain, judge=times.documented_unit, least={"requests": 10}, examples=8),
    ),
    Requirement(
        id="TIME-002",
        level=Level.MUST,
        title="The timestamp is taken when the request is sent, after queues, locks and limiter pauses.",
        source=WINDOW,
        consequence="Under load calls are refused as stale, although every clock is right.",
        remedy="Take the clock inside the lock, after every wait, just before signing.",
        kinds=_STAMPED,
        features=frozenset({"concurrent"}),
        property=Property(
            cases=None, fixed=times.waiting, judge=times.stamped_when_sent, least={"requests": 3}, examples=0
        ),
    ),
    Requirement(
        id="TIME-003",
        level=Level.MUST,
        title="Every retry is stamped and signed again.",
        source=WINDOW,
        consequence="A retry is refused as stale or as a replay, and hides the first failure.",
        remedy="Build each attempt from the beginning: timestamp, nonce, signature.",
        kinds=_STAMPED,
        property=Property(
            cases=None,
            fixed=times.retried,
            judge=times.retry_stamped_anew,
            least={"provocations": 2},
            wanted={"retries": "a retry by the client itself"},
            examples=0,
        ),
    ),
    Requirement(
        id="TIME-004",
        level=Level.MUST,
        title="Calls succeed with any skew inside the window, both signs.",
        source=WINDOW,
        consequence="A clock that is a few seconds off stops all trading.",
        remedy="Leave the judgement of the clock to the exchange.",
        kinds=_STAMPED,
        property=Property(
            cases=None, fixed=times.skews, judge=times.succeeds_inside_window, least={"requests": 5}, examples=0
        ),
    ),
    Requirement(
        id="TIME-005",
        level=Level.MUST,
        title="A refusal for time is reported as a failure and not retried for ever.",
        source=policy("a refusal that nobody hears of is an order that was never placed"),
        consequence="The user believes in an order that does not exist, or the client hammers the exchange.",
        remedy="Report the refusal; correct the clock once at most.",
        kinds=_STAMPED,
        property=Property(
            cases=None,
            fixed=times.outside,
            judge=times.refusal_for_time_is_told,
            least={"provocations": 2},
            examples=0,
        ),
    ),
)
