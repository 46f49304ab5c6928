"""How requirements are tried and judged: strategies and oracles, one file per matter."""
