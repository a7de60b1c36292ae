"""Import: from the files of other systems to articles on disk.

Nothing is lost, nobody's changes are overwritten, and nothing old is mailed as new: what is written
counts as mailed before, unless it is asked for otherwise. Articles are known again by the export
they came from, and by address, slug, title and day; so the same import twice changes nothing.
"""
