"""The official register of municipalities: its file, what changed since, and where dissolved municipalities went."""
