"""Where chance comes from: each row's seed is a hash of the run's seed and the row's id, and of nothing else."""

import hashlib


def row_seed(run_seed: int, requirement_id: str) -> int:
    """Return the seed of one requirement, so that a row alone draws what it drew in the whole run."""
    digest = hashlib.sha256(f"{run_seed}:{requirement_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big")
