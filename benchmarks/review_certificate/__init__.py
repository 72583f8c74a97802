"""Whether the certificate tells the truth, and what it costs beside other ways to stop."""
