"""Proves that the catalogue finds what it claims to find: every wrong client is tried on its own requirement."""

from harness.proving.holding import hold, trials
from harness.proving.matrix import MEASURED, Matrix, Power, as_json, powers, read
from harness.proving.page import page
from harness.proving.trial import Ending, Trial, Verdict, held
from harness.proving.wrong_clients import WRONG_CLIENTS, WrongClient, client_with, client_without, wrong_client_named

__all__ = [
    "MEASURED",
    "WRONG_CLIENTS",
    "Ending",
    "Matrix",
    "Power",
    "Trial",
    "Verdict",
    "WrongClient",
    "as_json",
    "client_with",
    "client_without",
    "held",
    "hold",
    "page",
    "powers",
    "read",
    "trials",
    "wrong_client_named",
]
