"""Measures the second stage of the first ranking with the encoder that the recipe trains."""
