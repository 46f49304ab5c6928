"""RETRY: what is tried again, how, and for how long."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import NONCE_RISES, policy
from harness.events import Level
from harness.properties import business, limits, outcomes, pauses, retries
from signer import Kind

_ONCE = frozenset({Kind.RISING_NONCE, Kind.SINGLE_USE_NONCE})
_CHANGES = frozenset({"place_order", "withdraw"})
_RETRIES = frozenset({"retries"})
_NONE_MADE = {"retries": "a retry by the client itself"}

ROWS = (
    Requirement(
        id="RETRY-001",
        level=Level.MUST,
        title="A state-changing call whose answer was lost does not take effect twice.",
        source=policy("RFC 9110, section 9.2.2, says SHOULD NOT; here it is the user's money"),
        consequence="The user owns two orders, or has sent his money twice.",
        remedy="Do not repeat what changes something; report that the outcome is unknown, and let the user look.",
        one_of=_CHANGES,
        property=Property(
            cases=outcomes.changes_in_trouble,
            fixed=retries.lost_answers,
            judge=retries.one_effect,
            least={"provocations": 6},
            wanted={"warm": "a connection that had served before and broke when the order stood"},
            examples=15,
        ),
    ),
    Requirement(
        id="RETRY-002",
        level=Level.MUST,
        title="The transport does not re-send a signed request byte for byte.",
        source=policy("a signed request is single-use, whatever its method; RFC 9110, section 9.2.2"),
        consequence="The copy is refused as a replay, and the user is told so of a call that took effect.",
        remedy="Switch the HTTP stack's own retries off, or use a fresh connection for each signed request.",
        property=Property(
            cases=None,
            fixed=retries.dropped_connections,
            judge=retries.no_replay,
            least={"provocations": 3},
            wanted={"warm": "a connection that had served before and broke under a request"},
            examples=0,
        ),
    ),
    Requirement(
        id="RETRY-003",
        level=Level.MUST,
        title="If an order is retried, its `client_order_id` is the same in every attempt.",
        source=policy("only by that id can an exchange tell a second attempt from a second order"),
        consequence="Each attempt may become an order of its own.",
        remedy="Make the id once for each call, before the first attempt.",
        operations=frozenset({"place_order"}),
        features=_RETRIES,
        property=Property(
            cases=None,
            fixed=retries.retried_orders,
            judge=retries.same_order_id,
            least={"provocations": 3},
            wanted={"retries": "an order that the client tried again"},
            examples=0,
        ),
    ),
    Requirement(
        id="RETRY-004",
        level=Level.MUST,
        title="Every retry has a new nonce, a new timestamp and a new signature.",
        source=f"{NONCE_RISES}; whether the exchange counted the first attempt cannot be known",
        consequence="The retry is refused as a replay: a passing failure becomes a lasting one.",
        remedy="Put the loop of attempts around the signing, not around the sending.",
        kinds=_ONCE,
        property=Property(
            cases=None,
            fixed=retries.passing_failures,
            judge=retries.signed_anew,
            least={"provocations": 4},
            wanted=_NONE_MADE,
            examples=0,
        ),
    ),
    Requirement(
        id="RETRY-005",
        level=Level.MUST,
        title="Retries are bounded in number and time.",
        source=policy("at most 20 requests for one call, and an end within the limit that the user set"),
        consequence="The exchange bans the key or the address, and the user waits without an end.",
        remedy="Count attempts, let pauses grow, and stop at the call's deadline.",
        property=Property(
            cases=None, fixed=limits.lasting_failures, judge=limits.bounded, least={"provocations": 2}, examples=0
        ),
    ),
    Requirement(
        id="RETRY-006",
        level=Level.MUST,
        title="Final refusals (credentials, permission, parameters, money) are not retried.",
        source=policy("nothing changes by asking again, save the exchange's patience"),
        consequence="Wrong calls count several times towards the limits, and the user waits for his error.",
        remedy="Retry only what may pass by itself: 502, 503, 504 and broken connections.",
        property=Property(
            cases=None,
            fixed=limits.final_refusals,
            judge=limits.final_is_final,
            least={"provocations": 4},
            examples=0,
        ),
    ),
    Requirement(
        id="RETRY-007",
        level=Level.SHOULD,
        title="Read-only calls survive one transient failure.",
        source=policy("it is what the feature `retries` promises"),
        consequence="A program that relied on the promise stops at the first hiccup.",
        remedy="Retry reads once or twice after 502, 503, 504 and broken connections, signed anew.",
        one_of=frozenset({"balances", "open_orders", "deposit_address", "raw"}),
        features=_RETRIES,
        property=Property(
            cases=None, fixed=limits.reads_in_trouble, judge=limits.survived, least={"provocations": 2}, examples=0
        ),
    ),
    Requirement(
        id="RETRY-008",
        level=Level.SHOULD,
        title="Pauses between retries grow, with jitter.",
        source=policy("clients that failed together come back together, and bring the exchange down again"),
        consequence="The exchange is down for longer, and bans who knocks most.",
        remedy="Double the pause each time, and draw each from around it.",
        features=frozenset({"retries"}),
        one_of=frozenset({"balances", "open_orders", "deposit_address", "raw"}),
        property=Property(
            cases=None,
            fixed=pauses.at_once,
            judge=pauses.spread_out,
            least={"sessions": 8},
            wanted={"growth": "pauses that could be compared, over twenty sessions and two retries"},
            examples=0,
        ),
    ),
    Requirement(
        id="RETRY-009",
        level=Level.MUST,
        title="After the last attempt the error tells the original cause, not a follow-up nonce error.",
        source=policy("a user who is told of a refusal calls again; the first call stands"),
        consequence="The user makes a call again that took effect.",
        remedy="Keep the first failure of a call, and report that one when a repetition is refused.",
        kinds=_ONCE,
        one_of=_CHANGES,
        property=Property(
            cases=None,
            fixed=retries.lost_and_refused,
            judge=retries.cause_is_told,
            least={"provocations": 3},
            examples=0,
        ),
    ),
    Requirement(
        id="RETRY-010",
        level=Level.MUST,
        title="A call ends within its time limit, retries included.",
        source="client-under-test contract, version 1: `timeout_s` is for the whole call",
        consequence="The user's program stands still while the market moves.",
        remedy="Give the whole call one deadline, and each read of the socket what is left of it.",
        waits=True,
        property=Property(
            cases=None, fixed=limits.waits, judge=limits.ends_in_time, least={"provocations": 1}, examples=0
        ),
    ),
    Requirement(
        id="RETRY-011",
        level=Level.SHOULD,
        title="Cancelling an order that is already gone is told apart from a failed cancel.",
        source=policy("whoever cancels again after a lost answer has to learn that he is done"),
        consequence="The user goes on cancelling what is gone, or believes that the order still stands.",
        remedy="Report an order that is not there as such, also when it is to be cancelled.",
        operations=frozenset({"place_order", "cancel_order"}),
        property=Property(
            cases=None,
            fixed=business.cancelled_twice,
            judge=business.gone_is_told_apart,
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="RETRY-012",
        level=Level.SHOULD,
        title="After an unknown outcome the user can find out: orders carry a client id that the listing shows.",
        source=policy("an open outcome costs nothing to somebody who can look"),
        consequence="Nobody can tell whether the order stands, so it is placed twice or never.",
        remedy="Send the user's own id with the order, list every open order, and show the id in the list.",
        operations=frozenset({"place_order", "open_orders"}),
        property=Property(
            cases=None,
            fixed=outcomes.users_in_doubt,
            judge=outcomes.can_be_found_out,
            least={"provocations": 4},
            wanted={"shown": "a listing that shows the client's own ids"},
            examples=0,
        ),
    ),
)
