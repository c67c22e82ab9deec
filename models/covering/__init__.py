"""The engines of covering and center problems, on plain arrays: dominance, bound, search by weights of rows, tree."""
