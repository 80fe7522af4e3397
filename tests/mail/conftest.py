import pytest

from tests import smtp_sink


@pytest.fixture
def sink(settings):
    """The mail server the outbox hands mails to, recording what it accepts."""
    sink = smtp_sink.Sink()
    server = smtp_sink.start(sink)
    settings.MAIL_RELAY = settings.MAIL_RELAY | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.port}
    settings.EMAIL_TIMEOUT = 2
    sink.port = server.port
    yield sink
    server.stop()
