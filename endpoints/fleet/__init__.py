"""Simulated halls: the agent's own code with invented lives, for demonstrations and proofs."""
