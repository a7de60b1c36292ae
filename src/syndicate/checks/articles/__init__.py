"""Checks of articles: words, links, pictures, and what publishers on health ask."""
