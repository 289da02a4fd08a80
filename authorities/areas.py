"""Codes of areas: an authority's or region's own GSS code, and England's. Pure."""

ENGLAND = "E92000001"  # Office for National Statistics, register of geographic codes
