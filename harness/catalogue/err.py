"""ERR: what the user is told when a call fails."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import BITUNIX, EXMO, POLONIEX, REFERENCE, policy
from harness.events import Level
from harness.properties import errors, refusals

_TABLES = f"the tables of refusals of {POLONIEX}; {EXMO}; {BITUNIX}; {REFERENCE}"
_KINDS = policy("a user mends what he is told is broken: the wrong name sends him to the wrong place")

ROWS = (
    Requirement(
        id="ERR-001",
        level=Level.MUST,
        title="No refusal of the exchange is reported as success or as an empty result.",
        source=f"{_TABLES}; {policy('a refusal that is not told is money that is not there')}",
        consequence="The user believes in an order, a balance or a withdrawal that does not exist.",
        remedy="Ask for the marks of a refusal before reading anything else: the status, `error`, `result`, `code`.",
        property=Property(
            cases=None,
            fixed=refusals.every_refusal,
            judge=refusals.refusals_are_told,
            least={"provocations": 10},
            examples=0,
        ),
    ),
    Requirement(
        id="ERR-002",
        level=Level.SHOULD,
        title="Unknown key and bad signature are reported as `authentication`.",
        source=_KINDS,
        consequence="The user looks for the fault in the network while his key is wrong.",
        remedy="Map the codes and texts of refused credentials to one class of error.",
        property=Property(
            cases=None,
            fixed=refusals.bad_credentials,
            judge=refusals.kind_fits(refusals.credentials_are_named, "CREDENTIALS-MISNAMED"),
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="ERR-003",
        level=Level.SHOULD,
        title="Nonce and timestamp refusals are told apart from bad credentials.",
        source=_KINDS,
        consequence="The user replaces a key that is good, and meets the same refusal again.",
        remedy="Give refused nonces and refused timestamps classes of their own.",
        property=Property(
            cases=None,
            fixed=refusals.refused_freshness,
            judge=refusals.kind_fits(refusals.freshness_is_named, "FRESHNESS-AS-CREDENTIALS"),
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="ERR-004",
        level=Level.SHOULD,
        title="Missing rights are reported as `permission`.",
        source=_KINDS,
        consequence="The user makes new keys instead of ticking a box.",
        remedy="Map the code or text of a missing right to a class of its own.",
        one_of=frozenset({"place_order", "withdraw"}),
        property=Property(
            cases=None,
            fixed=refusals.missing_rights,
            judge=refusals.kind_fits(refusals.permission_is_named, "PERMISSION-MISNAMED"),
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="ERR-008",
        level=Level.SHOULD,
        title="Code, text and HTTP status of the exchange survive in the error.",
        source=policy("whoever asks for help, or searches for it, needs the exchange's own words"),
        consequence="Nobody can tell why a call was refused.",
        remedy="Put the exchange's code and text into the error's message.",
        property=Property(
            cases=None,
            fixed=refusals.telling_refusals,
            judge=refusals.words_survive,
            least={"provocations": 3},
            examples=0,
        ),
    ),
    Requirement(
        id="ERR-009",
        level=Level.MUST,
        title="Error-shaped bodies with 200, where the dialect has them, and any body with 4xx/5xx are failures.",
        source=f"{_TABLES}; RFC 9110, sections 15.5 and 15.6",
        consequence="What was refused is taken for data.",
        remedy="Judge by the status and by the body: either is enough for a failure.",
        property=Property(
            cases=None,
            fixed=errors.crossed_statuses,
            judge=errors.failures_by_status,
            least={"provocations": 4},
            examples=0,
        ),
    ),
    Requirement(
        id="ERR-010",
        level=Level.MUST,
        title="Bodies that are not JSON are reported as failures, never as data.",
        source=policy("proxies in front of every exchange answer with pages of their own"),
        consequence="A page of the proxy becomes an empty account, or ends the program.",
        remedy="Catch what the JSON parser throws, and report it with the status and the beginning of the body.",
        property=Property(
            cases=None,
            fixed=errors.unreadable_answers,
            judge=errors.rubbish_is_a_failure,
            least={"provocations": 10},
            examples=0,
        ),
    ),
    Requirement(
        id="ERR-011",
        level=Level.MUST,
        title="Odd error members do not turn a refusal into a success, and do not crash the client.",
        source=policy("error bodies are the part of an interface that changes without notice"),
        consequence="A refusal is taken for a success, or the user's program ends with a type error.",
        remedy="Decide that it is a refusal first; then read its words, and do without where they are no text.",
        property=Property(
            cases=errors.drawn_members,
            fixed=errors.odd_members,
            judge=errors.odd_errors_are_failures,
            least={"provocations": 10},
            examples=15,
        ),
    ),
    Requirement(
        id="ERR-012",
        level=Level.MUST,
        title="5xx, time-out and reset on a state-changing call are reported as outcome unknown, not as a refusal.",
        source=policy("a lost answer says nothing about the request; RFC 9110, section 9.2.2"),
        consequence="The user takes a standing order for a refused one, and places it again.",
        remedy="Keep errors of transport and of 5xx apart from refusals, and never replace them by what a retry met.",
        one_of=frozenset({"place_order", "withdraw"}),
        property=Property(
            cases=None,
            fixed=errors.lost_outcomes,
            judge=errors.open_outcome_is_told,
            least={"provocations": 3},
            examples=0,
        ),
    ),
)
