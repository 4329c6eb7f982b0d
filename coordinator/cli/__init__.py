"""What the command line does: every command is a call of the API over the admin socket."""
