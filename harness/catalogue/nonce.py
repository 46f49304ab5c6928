"""NONCE: what a key may use once."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import BITUNIX, EXMO, NONCE_RISES, POLONIEX, policy
from harness.events import Level
from harness.lessening import fewer_steps
from harness.properties import nonces, processes, units
from signer import Kind

_RISING = frozenset({Kind.RISING_NONCE})
_ONCE = frozenset({Kind.RISING_NONCE, Kind.SINGLE_USE_NONCE})
_REFUSED = "Calls are refused now and then, the more often the faster the user trades."
_COUNT_UP = "Take max(last + 1, clock) under one lock per key, and keep the last value for as long as the key is used."
_SILENT = {"bitunix": Application(level=Level.SHOULD, source="the Bitunix documents do not forbid a repeated nonce")}

ROWS = (
    Requirement(
        id="NONCE-001",
        level=Level.MUST,
        title="Each nonce is greater than every earlier one sent with the same key.",
        source=NONCE_RISES,
        consequence=_REFUSED,
        remedy=_COUNT_UP,
        kinds=_RISING,
        property=Property(cases=nonces.sequences, judge=nonces.rising, least={"requests": 30}),
    ),
    Requirement(
        id="NONCE-002",
        level=Level.MUST,
        title="No nonce is sent twice with one key.",
        source=NONCE_RISES,
        consequence=_REFUSED,
        remedy=_COUNT_UP,
        kinds=_ONCE,
        dialects=_SILENT,
        property=Property(cases=nonces.every_way, judge=nonces.never_twice, least={"requests": 30}, examples=15),
    ),
    Requirement(
        id="NONCE-003",
        level=Level.MUST,
        title="Calls within one clock tick still get different, rising nonces.",
        source=NONCE_RISES,
        consequence="Two calls in one tick of the clock: the second is refused.",
        remedy=_COUNT_UP,
        kinds=_RISING,
        property=Property(
            cases=None,
            fixed=nonces.bursts,
            smaller=fewer_steps,
            judge=nonces.rising_in_a_tick,
            least={"requests": 100},
            examples=0,
        ),
    ),
    Requirement(
        id="NONCE-004",
        level=Level.MUST,
        title="The nonce is written as plain decimal digits: no sign, exponent, fraction or separator.",
        source=NONCE_RISES,
        consequence="The call is refused as malformed, at first only for unlucky values.",
        remedy="Keep the nonce an integer and format it as one; never let it pass through a float.",
        kinds=_RISING,
        property=Property(cases=nonces.long_runs, judge=nonces.written_as_digits, least={"requests": 60}, examples=8),
    ),
    Requirement(
        id="NONCE-005",
        level=Level.MUST,
        title="The nonce stays inside the documented range for the next ten years of use.",
        source=NONCE_RISES,
        consequence="One day every call is refused, and no smaller nonce will ever be accepted again.",
        remedy="Use milliseconds, or another unit that leaves room up to the documented maximum.",
        kinds=_RISING,
        dialects={
            "poloniex": Application(level=Level.SHOULD, source="the upper bound is inferred from values seen"),
            "exmo": Application(level=Level.SHOULD, source="the upper bound is not documented"),
        },
        property=Property(cases=nonces.sequences, judge=nonces.inside_range, least={"requests": 5}, examples=4),
    ),
    Requirement(
        id="NONCE-006",
        level=Level.MUST,
        title="A nonce is spent even if the call fails; it is never re-used for the next attempt.",
        source=f"{NONCE_RISES}; whether the exchange counted a failed call cannot be known",
        consequence="After one failure every following call is refused as a replay.",
        remedy="Draw a new nonce for each transmission, whatever became of the one before.",
        kinds=_ONCE,
        property=Property(cases=nonces.failing, judge=nonces.spent_by_failures, least={"provocations": 10}),
    ),
    Requirement(
        id="NONCE-007",
        level=Level.MUST,
        title="All operations of one client count their nonces in one unit and from one base.",
        source=NONCE_RISES,
        consequence="One operation in a finer unit, and every other one is refused for centuries.",
        remedy="Give the whole client one source of nonces, and let no operation make its own.",
        kinds=_RISING,
        property=Property(
            cases=None,
            fixed=units.all_operations,
            judge=units.one_unit,
            least={"requests": 6},
            wanted={"operations": "two operations in one case"},
            examples=0,
        ),
    ),
    Requirement(
        id="NONCE-008",
        level=Level.MUST,
        title="Random nonces have the documented length and alphabet.",
        source=f"{BITUNIX}: a random string of 32 characters",
        consequence="A stricter exchange refuses every call.",
        remedy="Use 32 letters and digits, for instance a UUID without its dashes.",
        kinds=frozenset({Kind.SINGLE_USE_NONCE}),
        dialects={"bitunix": Application(level=Level.SHOULD, source="live servers were seen to accept other lengths")},
        property=Property(cases=nonces.long_runs, judge=nonces.documented_shape, least={"requests": 60}, examples=8),
    ),
    Requirement(
        id="NONCE-009",
        level=Level.MUST,
        title="Random nonces do not repeat across programs that were started in the same moment.",
        source=f"{BITUNIX}: a random string",
        consequence="Where a nonce is spent once it was seen, the calls of one program refuse those of the other.",
        remedy="Take nonces from the system's randomness, and seed nothing with the time.",
        kinds=frozenset({Kind.SINGLE_USE_NONCE}),
        dialects=_SILENT,
        needs_program=True,
        property=Property(
            cases=None,
            fixed=processes.started_together,
            judge=processes.no_nonce_in_common,
            least={"requests": 6},
            examples=0,
        ),
    ),
    Requirement(
        id="NONCE-010",
        level=Level.SHOULD,
        title="A refused nonce is reported as `nonce`; retries, if any, have a higher nonce and are few.",
        source=policy("a user who is told 'bad signature' looks for the fault in the wrong place"),
        consequence="The user is sent looking for the wrong mistake, or the exchange locks the key for hammering.",
        remedy="Give the refusal a class of its own; retry once or twice with a fresh nonce, or not at all.",
        kinds=_RISING,
        property=Property(
            cases=None,
            fixed=nonces.refused_nonces,
            judge=nonces.refusal_is_told,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="NONCE-011",
        level=Level.SHOULD,
        title="When the exchange's last nonce is far ahead the client catches up or says so; it does not spin.",
        source=policy("a key that was used with a larger unit before is a common accident"),
        consequence="The client hammers the exchange without a chance until it is banned.",
        remedy="Stop after a few refusals and tell the user that the key needs a larger nonce or a successor.",
        kinds=_RISING,
        property=Property(
            cases=None,
            fixed=nonces.far_ahead,
            judge=nonces.refusal_is_told,
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="NONCE-012",
        level=Level.MUST,
        title="A number read from a refusal text does not make the client jump to an absurd nonce.",
        source=policy("a nonce beyond every range ends the life of the key, and a text is no place to take one from"),
        consequence="One odd text, and the key is never accepted again.",
        remedy="Take nonces from a source of your own; of a refusal believe at most what lies inside the range.",
        kinds=_RISING,
        property=Property(
            cases=None,
            fixed=units.absurd_numbers,
            judge=units.not_led_astray,
            least={"provocations": 4},
            examples=0,
        ),
    ),
    Requirement(
        id="NONCE-013",
        level=Level.SHOULD,
        title="Clients that take turns with one key count their nonces in the unit that the documents recommend.",
        source=f"{POLONIEX}: the epoch in milliseconds is suggested; {EXMO}: milliseconds are recommended",
        consequence="After this client the key is of no use to one that counts milliseconds, or this one after it.",
        remedy="Count milliseconds since 1970.",
        kinds=_RISING,
        features=frozenset({"shared_key"}),
        dialects={"reference": Application(level=None, source="any integer that rises will do, its page says")},
        property=Property(
            cases=None, fixed=units.a_few_calls, judge=units.documented_pace, least={"requests": 3}, examples=0
        ),
    ),
)
