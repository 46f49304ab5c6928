"""What docs/own-dialect.md shows is what works."""

import re
from pathlib import Path

from mockserver import Dialect
from mockserver.dialects.contradictions import contradictions
from signer import Request, sign
from tests.own_dialect.acme import MOMENT, PUBLISHED, scheme

PAGE = (Path(__file__).parents[2] / "docs" / "own-dialect.md").read_text(encoding="utf-8")


def test_the_code_of_the_page_makes_an_exchange_that_signs_as_acme_does() -> None:
    names: dict[str, object] = {}
    exec("\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)), names)  # noqa: S102 - our own page
    made = names["DIALECT"]
    assert isinstance(made, Dialect)
    assert list(contradictions(made)) == []
    request = Request(method="POST", target=b"/v1/orders", body=b"a=1&b=%20")
    signatures = {
        sign(one, request, PUBLISHED, timestamp_ms=MOMENT).stages.signature for one in (made.scheme, scheme())
    }
    assert len(signatures) == 1


def test_every_argument_of_the_page_exists() -> None:
    import inspect

    from mockserver import plain_dialect

    arguments = set(inspect.signature(plain_dialect).parameters) - {"scheme", "title", "source"}
    table = PAGE.partition("| argument |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == arguments
