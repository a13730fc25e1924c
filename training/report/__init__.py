"""The evaluation report: figures, words and pictures on one page."""
