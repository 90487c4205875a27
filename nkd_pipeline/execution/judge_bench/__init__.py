"""How right the judge is: sketches with planted defects, and sketches without, through the judges of a profile."""
