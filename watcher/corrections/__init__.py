"""What a person changed in the outbox."""
