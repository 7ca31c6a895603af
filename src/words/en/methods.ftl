# The methods page.
