import pytest
from django.template import engines

from portal.mail import letters

TEMPLATE = """{{ name }} fragt an
Guten Tag {{ name }},

das spricht dafür:
- 12 km entfernt
- gemeinsame Themen


Antworten Sie hier:
https://portal.example/antwort/abc/?a=1&b=2
"""


@pytest.fixture
def letter(tmp_path, settings):
    """A letter of the test's own."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "test.txt").write_text(TEMPLATE)
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    assert tmp_path in engines["django"].dirs
    return lambda **context: letters.render("test", context)


def test_the_first_line_is_the_subject_and_the_text_is_as_written(letter):
    rendered = letter(name="Müller & Söhne <x>")
    assert rendered.subject == "Müller & Söhne <x> fragt an"
    assert rendered.text.startswith("Guten Tag Müller & Söhne <x>,\n\ndas spricht dafür:\n- 12 km entfernt\n")
    assert "https://portal.example/antwort/abc/?a=1&b=2" in rendered.text


def test_html_says_the_same_escaped_and_with_links(letter):
    html = letter(name='<script>"').html
    assert "<p>Guten Tag &lt;script&gt;&quot;,</p>" in html
    assert "<li>12 km entfernt</li>" in html
    assert '<a href="https://portal.example/antwort/abc/?a=1&amp;b=2"' in html
    assert "<script" not in html
    assert '<html lang="de">' in html


def test_the_footer_says_why_and_where_to_turn(letter):
    rendered = letter(name="x", reason="Sie sind Ansprechperson.")
    for part in (rendered.text, rendered.html):
        assert "Sie sind Ansprechperson." in part
        assert "http://localhost:8000/impressum/" in part
        assert "http://localhost:8000/datenschutz/" in part
        assert "http://localhost:8000/barrierefreiheit/" in part
        assert "http://localhost:8000/leichte-sprache/" in part
        assert "http://localhost:8000/mein/" in part
        assert "/abmelden/" not in part


def test_the_footer_offers_to_unsubscribe_where_there_is_a_link(letter):
    rendered = letter(name="x", unsubscribe_url="http://localhost:8000/abmelden/abc/")
    assert "http://localhost:8000/abmelden/abc/" in rendered.text
    assert 'href="http://localhost:8000/abmelden/abc/"' in rendered.html
