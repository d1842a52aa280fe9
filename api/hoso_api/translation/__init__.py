"""Sentences of other libraries and of the pages, in the language of the reader."""
