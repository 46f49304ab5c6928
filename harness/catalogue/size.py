"""SIZE: long requests, large answers, strange heads."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import SIGNED_EXACTLY, policy
from harness.events import Level
from harness.properties import long_texts, sizes

ROWS = (
    Requirement(
        id="SIZE-001",
        level=Level.MUST,
        title="Large answers (5 MiB, twenty thousand orders) are read within the limit.",
        source=policy("an exchange gives what an account holds, however much that is"),
        consequence="On the day with the most orders none of them can be seen or cancelled.",
        remedy="Read to the end that is announced; let no buffer have a fixed length.",
        property=Property(
            cases=None,
            fixed=sizes.large_answers,
            judge=sizes.large_ones_read,
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="SIZE-002",
        level=Level.SHOULD,
        title="Decompression bombs and endless bodies end as an error within bounded memory.",
        source=policy("what stands in front of an exchange can go wrong, or belong to somebody else"),
        consequence="One answer takes the memory of the machine, and every bot on it ends.",
        remedy="Count what is read and unpacked, and give up beyond what the exchange could ever say.",
        needs_watch=True,
        property=Property(
            cases=None,
            fixed=sizes.without_end,
            judge=sizes.measured,
            least={"provocations": 2},
            wanted={"bombs": "an answer in gzip that the client unpacks, and whose memory can be seen"},
            examples=0,
        ),
    ),
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
        id="SIZE-004",
        level=Level.SHOULD,
        title="10 000 calls leak no connections, descriptors or memory.",
        source=policy("a bot runs for weeks"),
        consequence="After a day no connection can be opened any more, or the machine swaps.",
        remedy="Read every answer to its end, and close what is not used again, on failures too.",
        needs_watch=True,
        property=Property(
            cases=sizes.soak,
            fixed=sizes.a_hundred,
            judge=sizes.nothing_piles_up,
            least={"calls": 100},
            wanted={
                "descriptors": "the descriptors of the program",
                "memory": "memory, which is looked at from ten thousand calls on",
            },
            examples=1,
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
