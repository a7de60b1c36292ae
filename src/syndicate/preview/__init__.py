"""The preview: one page that shows the next issue as its readers will see it.

Written into a folder, or served on this computer and drawn anew whenever the site changes.
"""

from syndicate.preview.base import Look, Trouble, View
from syndicate.preview.folder import write

__all__ = ["Look", "Trouble", "View", "write"]
