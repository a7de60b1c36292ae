"""Checks of an issue as mail, and of who sends it."""
