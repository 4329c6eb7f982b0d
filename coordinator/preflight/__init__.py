"""Would it work? What halls and the centre find out before the start, and go/no-go."""
