"""One file per family of formats in which articles are saved."""
