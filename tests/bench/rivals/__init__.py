"""This relay and others side by side: the same studio, the same halls, the same cores."""
