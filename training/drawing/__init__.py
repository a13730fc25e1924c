"""Strokes become drawings as Paint and its like make them."""
