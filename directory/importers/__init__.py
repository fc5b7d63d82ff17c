"""The public files: pure parsers, one store, one report."""
