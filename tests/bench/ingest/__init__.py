"""Reports taken in per CPU second: the coordinator, a bare handler, an OCPP central system."""
