"""Receiving the programme: packets to frames, frames to pictures, all of it counted."""
