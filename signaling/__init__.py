"""What goes over the wire, and the media plane behind it."""
