"""Questions whose right answer is a number of the run: instances, the catalogue of mistakes, grading."""
