"""Checks that need the web and the name servers; everything is looked at before a check runs."""
