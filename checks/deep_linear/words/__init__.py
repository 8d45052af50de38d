"""Each word, compared with an independent computation of its definition."""
