"""The desk's pages for reading, on a made case of a million messages."""
