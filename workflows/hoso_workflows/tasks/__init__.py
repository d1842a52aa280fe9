"""Work on tasks beside the acts.

Counts of a worklist, drafts and follow-ups of officers, notes.
"""
