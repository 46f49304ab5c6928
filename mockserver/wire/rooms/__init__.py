"""The rooms of control: one file for each, which says what can be asked there and does it."""
