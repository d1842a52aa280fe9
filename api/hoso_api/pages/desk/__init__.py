"""Pages of the one-stop desk: its queue, reception, letters, hand-over."""
