"""Long jobs: ordered once, done portion by portion in the background, followed and stopped."""
