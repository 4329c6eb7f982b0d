"""How far the programme gets into a hall, as it says, the judge sees and people confirm."""
