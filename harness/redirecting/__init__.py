"""How any command's traffic is led to the mock exchange, though another host is written into it."""

from harness.redirecting.ladder import RUNGS, Redirected, Redirection, redirect
from harness.redirecting.strays import Stray

__all__ = ["RUNGS", "Redirected", "Redirection", "Stray", "redirect"]
