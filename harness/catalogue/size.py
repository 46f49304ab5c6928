"""SIZE: long requests, large answers, strange heads."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import SIGNED_EXACTLY, policy
from harness.events import Level
from harness.properties import long_texts

ROWS = (
    Requirement(
        id="SIZE-003",
        level=Level.MUST,
        title="Long values and many parameters are signed rightly or refused locally.",
        source=f"{SIGNED_EXACTLY}, however long it is",
        consequence="A call with much to say is refused, or its end is sent without being signed.",
        remedy="Sign the whole text: no buffer of a fixed length, no cut; refuse what is too long before it is sent.",
        one_of=frozenset({"raw", "withdraw"}),
        property=Property(
            cases=None,
            fixed=long_texts.long_calls,
            judge=long_texts.long_ones_signed,
            least={"provocations": 2},
            wanted={"sent": "a long request that was sent"},
            examples=0,
        ),
    ),
    Requirement(
        id="SIZE-005",
        level=Level.SHOULD,
        title="Many, long or strange answer headers and cookies change nothing in later signatures.",
        source=policy("what stands in front of an exchange adds headers and cookies as it likes"),
        consequence="After an answer that came through another front, calls are refused until the client is restarted.",
        remedy="Build each request from its own parameters; let nothing of an earlier answer into what is signed.",
        property=Property(
            cases=None,
            fixed=long_texts.odd_heads,
            judge=long_texts.heads_change_nothing,
            least={"provocations": 3},
            wanted={"read": "an odd head whose answer was read"},
            examples=0,
        ),
    ),
)
