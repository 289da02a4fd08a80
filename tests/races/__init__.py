"""What happens when two do it at once, on the real PostgreSQL."""
