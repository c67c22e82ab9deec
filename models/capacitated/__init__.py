"""The engines of capacitated facility location, on plain arrays."""
