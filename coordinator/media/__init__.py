"""The coordinator's side of media: the plane's desk, WHIP and WHEP over HTTP, who may."""
