"""Asking for the programme: WHEP as a client."""
