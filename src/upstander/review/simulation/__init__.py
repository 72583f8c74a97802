"""A labelled data set replayed through the real queue: what ranked reading would have cost, and what it would miss."""
