"""Long jobs that go on in the background."""
