"""One made-up world in which rules can be compared: `places` are real, `partners` and `towns` are not.

`truth` is what is really so, `entries` what the rules see.
"""
