"""The engines of `models.robust_hub_placement`."""
