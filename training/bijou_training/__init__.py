"""Bijou training: people, jewellery, renders and networks."""
