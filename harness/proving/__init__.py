"""Proves that the catalogue finds what it claims to find, and nothing else.

Every wrong client is tried on its own requirement, and every innocent one heard by all.
"""

from harness.proving.hearing import HEARD, Docket, Heard, Hearing, Word, heard, hearings, not_heard
from harness.proving.hearing import as_json as docket_as_json
from harness.proving.hearing import read as read_docket
from harness.proving.holding import hold, side_by_side, trials
from harness.proving.innocence_page import innocence_page
from harness.proving.innocents import INNOCENTS, Innocent, innocent_named
from harness.proving.matrix import MEASURED, Matrix, Power, as_json, powers, read
from harness.proving.page import page
from harness.proving.trial import Ending, Trial, Verdict, held
from harness.proving.wrong_clients import WRONG_CLIENTS, WrongClient, client_with, client_without, wrong_client_named

__all__ = [
    "HEARD",
    "INNOCENTS",
    "MEASURED",
    "WRONG_CLIENTS",
    "Docket",
    "Ending",
    "Heard",
    "Hearing",
    "Innocent",
    "Matrix",
    "Power",
    "Trial",
    "Verdict",
    "Word",
    "WrongClient",
    "as_json",
    "client_with",
    "client_without",
    "docket_as_json",
    "heard",
    "hearings",
    "held",
    "hold",
    "innocence_page",
    "innocent_named",
    "not_heard",
    "page",
    "powers",
    "read",
    "read_docket",
    "side_by_side",
    "trials",
    "wrong_client_named",
]
