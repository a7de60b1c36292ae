"""How Sphinx makes a site of these pages: `make docs`."""  # noqa: INP001 -- not a package

from syndicate import __version__

project = "Syndicate"
author = "The makers of Syndicate"
version = release = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
#: headings that other pages may link to
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Syndicate"
html_show_copyright = False
html_copy_source = False
#: no request to anybody: the site is whole by itself
html_theme_options = {"top_of_page_buttons": []}
#: a page that no list leads to is an error, as is a link that leads nowhere
nitpicky = True
