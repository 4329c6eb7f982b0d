"""Ten thousand agents on one core: reports, a kill, everybody back at once."""
