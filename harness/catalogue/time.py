"""TIME: timestamps and clocks."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import SIGNED_EXACTLY, WINDOW, policy
from harness.events import Level
from harness.properties import host, server_time, times, windows
from signer import Kind

_STAMPED = frozenset({Kind.SINGLE_USE_NONCE, Kind.TIMESTAMP})
_SERVER_TIME = frozenset({"server_time"})

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
        waits=True,
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
        waits=True,
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
    Requirement(
        id="TIME-006",
        level=Level.SHOULD,
        title="A client that goes by the exchange's clock learns its offset, and then succeeds.",
        source=policy("the duty follows from promising `server_time`"),
        consequence="On a machine whose clock is off nothing works, although the client promises that it would.",
        remedy="Read the Date of the refusal, or ask for the time; add the difference to every timestamp from then on.",
        kinds=_STAMPED,
        features=_SERVER_TIME,
        property=Property(
            cases=None,
            fixed=server_time.skews,
            judge=server_time.offset_is_learnt,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="TIME-007",
        level=Level.SHOULD,
        title="A learnt offset is renewed when it goes stale.",
        source=policy("clocks are set, and drift; a correction that is made once is wrong a day later"),
        consequence="The bot works for hours, then every call is refused until somebody restarts it.",
        remedy="Measure again whenever a call is refused for its time.",
        kinds=_STAMPED,
        features=_SERVER_TIME,
        property=Property(
            cases=None,
            fixed=server_time.changes,
            judge=server_time.offset_is_learnt,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="TIME-008",
        level=Level.SHOULD,
        title="An estimated offset allows for the round trip and ignores cached answers.",
        source="RFC 9110, section 6.6.1, Date; RFC 9111, section 5.1, Age; RFC 5905, section 8, offset and delay",
        consequence="One slow or cached answer, and good timestamps become bad ones.",
        remedy="Take the middle of sending and receiving, and ignore answers with an Age.",
        kinds=_STAMPED,
        features=_SERVER_TIME,
        property=Property(
            cases=None,
            fixed=server_time.misleading,
            judge=server_time.offset_is_estimated_well,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="TIME-009",
        level=Level.MUST,
        title="Time zone, daylight saving and locale of the host have no influence.",
        source=f"{SIGNED_EXACTLY}; no page asks for a local time",
        consequence="It works for the author, and is refused for users in other countries, or after the clocks change.",
        remedy="Read the clock in UTC, and format numbers without regard to the locale.",
        property=Property(
            cases=None,
            fixed=host.places,
            judge=host.the_host_does_not_matter,
            least={"places": 3},
            examples=0,
        ),
    ),
    Requirement(
        id="TIME-010",
        level=Level.MUST,
        title="A validity parameter (recvWindow, expires), if sent, is signed and within the documented limits.",
        source="the exchange's page on timing, such as Binance's: recvWindow is signed, and at most 60000 ms",
        consequence="Every call is refused, or an order still counts when its user has long given it up.",
        remedy="Add the window before the request is signed, in milliseconds, and refuse one beyond the limit locally.",
        kinds=frozenset({Kind.TIMESTAMP}),
        needs_window=True,
        property=Property(
            cases=None,
            fixed=windows.windows,
            judge=windows.window_is_signed_and_allowed,
            least={"requests": 3},
            wanted={"windows": "a request that names its window"},
            examples=0,
        ),
    ),
    Requirement(
        id="TIME-011",
        level=Level.SHOULD,
        title="Waits and time-outs neither hang nor fire early when the wall clock jumps.",
        source=policy("wall clocks are set by NTP, by hand and when a laptop wakes; a time limit is a promise"),
        consequence="When the clock is set a call hangs for an hour, or fails although its answer is on the way.",
        remedy="Measure time limits with the monotonic clock.",
        property=Property(
            cases=None, fixed=host.jumps, judge=host.jumps_do_not_matter, least={"provocations": 2}, examples=0
        ),
    ),
)
