"""Who did what: append-only entries in the transaction of the act, placed in a signed Merkle tree."""
