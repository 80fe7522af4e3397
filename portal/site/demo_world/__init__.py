"""The invented people and organisations of the demo world, as plain values. All addresses end in .example."""

PASSWORD = "Probe-Zugang-2026"  # noqa: S105  # public on purpose: demo accounts exist on local machines only
OFFICE_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105  # the same holds for the office's second factor
OFFICE_EMAIL = "geschaeftsstelle@portal.example"
