"""People look at pictures: a page on the own machine on which they mark, compare and rate them, each without seeing what others said."""
