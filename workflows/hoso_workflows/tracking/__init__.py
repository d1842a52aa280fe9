"""Dossiers found again: lists and searches; the timeline and the working time of one."""
