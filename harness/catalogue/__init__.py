"""The catalogue: what a client of a signed exchange API owes its user."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.rows import requirement, requirements

__all__ = ["Application", "Property", "Requirement", "requirement", "requirements"]
