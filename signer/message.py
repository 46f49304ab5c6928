"""A request as it travelled: nothing decoded, nothing tidied."""

from dataclasses import dataclass, replace


# One is made for each request that a server gets. To make a frozen one takes more than twice as long, and so it does to
# name what is given; so one may be made without names where it has to be quick. The same goes for `Fields`, `Stages`
# and `Accepted`.
@dataclass(slots=True, unsafe_hash=True)
class Request:
    """One HTTP request, byte for byte as far as a signature can see it. Nobody writes to it once it is made.

    Attributes:
        method: The method of the request line, in its own letter case.
        target: The request target in origin form (path and query), undecoded.
        headers: Names and values in the order of arrival, undecoded.
        body: The body after transfer coding, before anything else.
    """

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> bytes:
        """The target up to the first question mark."""
        return self.target.partition(b"?")[0]

    @property
    def query(self) -> bytes:
        """The target after the first question mark; empty where there is none."""
        return self.target.partition(b"?")[2]

    def values(self, name: bytes) -> tuple[bytes, ...]:
        """Return every value of a header, in order, whatever the letter case of its name."""
        wanted = name.lower()
        return tuple(value for field, value in self.headers if field.lower() == wanted)

    def with_header(self, name: bytes, value: bytes) -> "Request":
        """Return a copy in which the header has this one value, at the end of the list."""
        wanted = name.lower()
        kept = tuple(pair for pair in self.headers if pair[0].lower() != wanted)
        return replace(self, headers=(*kept, (name, value)))
