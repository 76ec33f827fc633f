"""The evidence page: the articles with their hits marked."""
