"""A studio of our own: a moving film with timecode and sound, published by WHIP."""
