"""What a remedy is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: Language, as a page heads it, to the name that marks its code.
LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"Python": "python", "JavaScript": "js", "PHP": "php", "Go": "go", "Java": "java", "Bash": "bash"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """How one or several mistakes are mended.

    Attributes:
        codes: The diagnoses that it mends.
        title: What to do, in a few words.
        costs: What the mistake costs whoever trades with the client.
        python: Code that does it right; the other languages likewise.
        javascript: Node.
        php: PHP 8.
        go: Go.
        java: Java 17.
        bash: With openssl, curl and jq.
    """

    codes: tuple[str, ...]
    title: str
    costs: str
    python: str
    javascript: str
    php: str
    go: str
    java: str
    bash: str

    def in_language(self, language: str) -> str:
        """Return the code for a language of `LANGUAGES`."""
        return str(getattr(self, language.lower())).strip("\n")
