"""The hall looks at itself before the session: its line, its machine, its room."""
