"""Where the data comes from: datasets fetched and read, strokes, examples to learn from."""
