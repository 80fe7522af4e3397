"""The mail backend that writes rows instead of sending."""
