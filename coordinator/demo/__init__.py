"""The whole system on one machine, as its users would see it: ``nhipcau demo``."""
