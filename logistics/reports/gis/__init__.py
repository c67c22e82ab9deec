"""A run for geographic information systems: a GeoPackage that opens styled, and GeoParquet."""
