"""Newsletters and feeds from a folder of Markdown articles."""

__version__ = "0.1.0"
