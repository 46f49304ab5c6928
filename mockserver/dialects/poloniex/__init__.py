"""The legacy Poloniex HTTP API, as it answered from 2018 until it was replaced in August 2022."""

from mockserver.dialects.poloniex.dialect import DIALECT

__all__ = ["DIALECT"]
