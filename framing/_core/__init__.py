"""What every room uses: checks and errors, files, tables, statistics, resampling, the palette."""
