"""The broker's pages for people: the resources' own addresses, asked for as HTML."""
