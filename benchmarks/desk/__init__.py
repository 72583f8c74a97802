"""The desk under load: a case of a million messages, twenty reviewers who code, and one who reads all else."""
