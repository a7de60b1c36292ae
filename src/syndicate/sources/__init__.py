"""Places that articles come from: a folder of Markdown files."""
