"""The only peer that merges captures; run in an environment of its own, never in this project's."""
