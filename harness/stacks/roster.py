"""The stacks that are measured: what each is called, how its program is started, and by what one knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """What a stack's program is written in."""

    PYTHON = "Python"
    NODE = "Node"
    PHP = "PHP"
    SHELL = "shell"
    GO = "Go"
    JAVA = "Java"
    RUBY = "Ruby"


#: The commands without which a language's programs cannot be started, and where they come from on Debian.
TOOLS: Mapping[Language, tuple[str, ...]] = {
    Language.PYTHON: (),
    Language.NODE: ("node",),
    Language.PHP: ("php",),
    Language.SHELL: ("bash", "curl"),
    Language.GO: ("go",),
    Language.JAVA: ("javac", "java"),
    Language.RUBY: ("ruby",),
}
PACKAGES: Mapping[Language, str] = {
    Language.NODE: "nodejs",
    Language.PHP: "php-cli php-curl",
    Language.SHELL: "curl",
    Language.GO: "golang-go",
    Language.JAVA: "default-jdk-headless",
    Language.RUBY: "ruby",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One HTTP stack.

    Attributes:
        name: How it is asked for.
        title: How people call it.
        language: What its program is written in.
        program: The file among the programs.
        agents: A regular expression for what it calls itself in `User-Agent` when nobody told it otherwise.
        told: A regular expression for how adapters name it: their language, a blank, and what they call `http_stack`.
        fetched: Whether it has to be installed besides its language.
    """

    name: str
    title: str
    language: Language
    program: str
    agents: str | None
    told: str
    fetched: bool = False


STACKS: tuple[Stack, ...] = (
    Stack(
        name="requests",
        title="requests",
        language=Language.PYTHON,
        program="of_requests.py",
        agents=r"python-requests/",
        told=r"\brequests\b",
        fetched=True,
    ),
    Stack(
        name="httpx",
        title="httpx",
        language=Language.PYTHON,
        program="of_httpx.py",
        agents=r"python-httpx/",
        told=r"\bhttpx\b",
        fetched=True,
    ),
    Stack(
        name="aiohttp",
        title="aiohttp",
        language=Language.PYTHON,
        program="of_aiohttp.py",
        agents=r"\baiohttp/",
        told=r"\baiohttp\b",
        fetched=True,
    ),
    Stack(
        name="urllib",
        title="urllib.request",
        language=Language.PYTHON,
        program="of_urllib.py",
        agents=r"Python-urllib/",
        told=r"\burllib(\.request)?\b",
    ),
    Stack(
        name="urllib3",
        title="urllib3",
        language=Language.PYTHON,
        program="of_urllib3.py",
        agents=r"python-urllib3/",
        told=r"\burllib3\b",
        fetched=True,
    ),
    Stack(
        name="fetch",
        title="Node's fetch",
        language=Language.NODE,
        program="fetch.mjs",
        agents=r"^node$",
        told=r"\bfetch\b(?!-)",
    ),
    Stack(
        name="http",
        title="Node's http",
        language=Language.NODE,
        program="http.mjs",
        agents=None,
        told=r"\bnode:https?\b",
    ),
    Stack(
        name="undici",
        title="undici",
        language=Language.NODE,
        program="undici.mjs",
        agents=r"^undici\b",
        told=r"\bundici\b",
        fetched=True,
    ),
    Stack(
        name="axios",
        title="axios",
        language=Language.NODE,
        program="axios.mjs",
        agents=r"\baxios/",
        told=r"\baxios\b",
        fetched=True,
    ),
    Stack(
        name="got",
        title="got",
        language=Language.NODE,
        program="got.mjs",
        agents=r"^got\b",
        told=r"\bgot\b",
        fetched=True,
    ),
    Stack(
        name="php-curl",
        title="PHP's curl extension",
        language=Language.PHP,
        program="curl_extension.php",
        agents=None,
        told=r"^php\b.*curl\b",
    ),
    Stack(
        name="php-streams",
        title="PHP's streams",
        language=Language.PHP,
        program="streams.php",
        agents=None,
        told=r"^php\b.*\bstreams?\b|\bfile_get_contents\b",
    ),
    Stack(
        name="curl",
        title="curl",
        language=Language.SHELL,
        program="curl.bash",
        agents=r"^curl/",
        told=r"^(ba|z|k|da)?sh(ell)?\b.* curl\b",
    ),
    Stack(
        name="go",
        title="Go's net/http",
        language=Language.GO,
        program="net_http.go",
        agents=r"^Go-http-client/",
        told=r"^go\b.*\bnet/http\b",
    ),
    Stack(
        name="java-client",
        title="Java's HttpClient",
        language=Language.JAVA,
        program="OfHttpClient.java",
        agents=r"^Java-http-client/",
        told=r"^java\b.*(java\.net\.http\b|\bHttpClient\b)",
    ),
    Stack(
        name="java-connection",
        title="Java's HttpURLConnection",
        language=Language.JAVA,
        program="OfHttpURLConnection.java",
        agents=r"^Java/",
        told=r"\bHttps?URLConnection\b",
    ),
    Stack(
        name="ruby",
        title="Ruby's Net::HTTP",
        language=Language.RUBY,
        program="net_http.rb",
        agents=r"^Ruby$",
        told=r"\bNet::HTTP\b",
    ),
)


def stack_named(name: str) -> Stack:
    """Return a stack.

    Raises:
        LookupError: There is none of that name.
    """
    for stack in STACKS:
        if stack.name == name:
            return stack
    raise LookupError(f"there is no stack {name!r}; there are {', '.join(stack.name for stack in STACKS)}")
