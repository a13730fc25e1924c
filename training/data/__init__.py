"""The data: datasets fetched and read, strokes, examples."""
