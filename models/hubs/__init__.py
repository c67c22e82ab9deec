"""How `models.HubLocation` is solved: bounds that prove, descents that find, a tree that joins them, and the plain program."""
