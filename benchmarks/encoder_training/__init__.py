"""The recipe that fine-tunes a small encoder for the second stage of the first ranking. Its weights are not shipped."""
