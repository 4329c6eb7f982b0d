"""The embedded media plane: a process that forwards packets and decodes nothing."""
