"""What was said: from exhibits to conversations, participants and messages."""
