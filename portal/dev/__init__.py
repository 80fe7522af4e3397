"""What `./dev` does once Python's packages are installed; nothing in here runs in production."""
