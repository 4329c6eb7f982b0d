"""The session: its rules as pure machines, and the shell that carries them."""
