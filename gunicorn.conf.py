"""Gunicorn reads this file by itself; addresses and numbers of workers are given where it is started."""

logger_class = "portal.access_log.JsonLogger"
