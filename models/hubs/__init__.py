"""How `models.HubLocation` is solved: bounds that prove, descents that find, trees, and the plain programs."""
