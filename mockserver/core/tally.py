"""How often a venue was changed: one number for all of its parts, since it is looked at twice for each request."""


class Tally:
    """Counts changes. Whoever changes something in a venue counts it here.

    Attributes:
        changes: How many there were; rises with each.
    """

    __slots__ = ("changes",)

    def __init__(self) -> None:
        self.changes = 0
