"""Drawings from strokes, as Paint and programs like it make them."""
