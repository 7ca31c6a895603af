# What the templates say around every page.
