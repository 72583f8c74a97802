"""How fast exports are read, beside the tools that people use today."""
