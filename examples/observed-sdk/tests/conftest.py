import os

import pytest
from exmo_small import Client


@pytest.fixture
def client() -> Client:
    """A client with the keys of its developer's test account."""
    return Client(os.environ.get("EXMO_KEY", "K-" + "0" * 40), os.environ.get("EXMO_SECRET", "S-" + "1" * 40))
