"""Gunicorn's logs in the same form as all others; it sets up its handlers itself."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from portal.logs import JsonLines


class JsonLogger(Logger):
    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            for handler in logger.handlers:
                handler.setFormatter(JsonLines())
