"""The review: a page in the browser that shows drawings and files them again as a person says."""
