"""Listeners that turn a run into something to read."""

from harness.reports.choosing import KINDS, report_for

__all__ = ["KINDS", "report_for"]
