"""The slow proofs of the promises, on the real PostgreSQL and Redis."""
