"""Breaks runs, goes on with them, and compares what they come to."""
