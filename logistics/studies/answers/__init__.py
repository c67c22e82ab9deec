"""What a study says: what matters, which hubs stand firm, where the choice turns, what knowing more is worth."""
