"""The one place that knows which release this is."""

__version__ = "0.1.0"

#: The version of the client-under-test contract that the harness speaks.
PROTOCOL = 1
