"""People with accounts: who they are, how they sign in, and how they are shown out."""
