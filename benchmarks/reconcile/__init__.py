"""Made operations with their truth: how exactly and how fast captures are reconciled, measured and not believed."""
