"""The bridge point: the agent of a hall, and fleets of simulated halls."""
