"""The laboratory of HTTP stacks: what each does to a signed request by itself, and what keeps it from doing so."""

from harness.stacks.blaming import blamed, stack_of
from harness.stacks.cells import cure_sheet, sheets
from harness.stacks.installing import install
from harness.stacks.laboratory import Measured, Wanted, measure
from harness.stacks.page import page
from harness.stacks.probes import Matter, Mode
from harness.stacks.results import MEASURED, Results, as_json, merged, read, results_of
from harness.stacks.roster import STACKS, Stack, stack_named
from harness.stacks.starting import Missing

__all__ = [
    "MEASURED",
    "STACKS",
    "Matter",
    "Measured",
    "Missing",
    "Mode",
    "Results",
    "Stack",
    "Wanted",
    "as_json",
    "blamed",
    "cure_sheet",
    "install",
    "measure",
    "merged",
    "page",
    "read",
    "results_of",
    "sheets",
    "stack_named",
    "stack_of",
]
