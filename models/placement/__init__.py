"""How `models.HubPlacement` is solved: pruning, the textbook program, and Benders cuts with prices for room."""
