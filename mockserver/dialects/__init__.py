"""The exchanges that can be played, by name; each is imported when it is first asked for."""

from mockserver.dialects.catalogue import DIALECT_NAMES, dialect_named, dialect_names, make_known

__all__ = ["DIALECT_NAMES", "dialect_named", "dialect_names", "make_known"]
