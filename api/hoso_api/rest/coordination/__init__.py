"""Calls upon units, the register of documents, evaluation sheets."""
