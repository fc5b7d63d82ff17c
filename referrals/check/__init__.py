"""Is it for me? A few questions about one procedure, and rules that lead to one of six ends. Nothing is kept."""
