"""What a conjecture about networks may say."""
