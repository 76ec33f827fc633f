"""What several rooms' tests use."""
