"""The exams and how models read them."""
