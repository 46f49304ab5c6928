"""Our own dialect, in which every documented rule of the field is enforced at once."""

from mockserver.dialects.reference.dialect import DIALECT

__all__ = ["DIALECT"]
