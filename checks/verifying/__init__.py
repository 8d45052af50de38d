"""Units of work, runs, replay, reports and explanations."""
