"""Validates the feeds and the web manifest of a folder: `validate.py FOLDER SCHEMA-OF-MANIFESTS`."""

import json
import sys
from pathlib import Path

import feedparser
import jsonschema

DATE = {"type": "string", "format": "date-time", "pattern": "^\\d{4}-\\d\\d-\\d\\dT.+(Z|[+-]\\d\\d:\\d\\d)$"}
URL = {"type": "string", "pattern": "^https?://[^\\s<>\"]+$"}
AUTHORS = {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}}
ATTACHMENT = {
    "type": "object",
    "properties": {
        "url": URL,
        "mime_type": {"type": "string", "pattern": ".+/.+"},
        "size_in_bytes": {"type": "integer", "minimum": 0},
    },
    "required": ["url", "mime_type"],
    "additionalProperties": False,
}
ITEM = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "url": URL,
        "title": {"type": "string"},
        "summary": {"type": "string"},
        "content_html": {"type": "string"},
        "content_text": {"type": "string"},
        "date_published": DATE,
        "date_modified": DATE,
        "authors": AUTHORS,
        "tags": {"type": "array", "items": {"type": "string"}},
        "attachments": {"type": "array", "items": ATTACHMENT},
    },
    "required": ["id"],
    "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
    "additionalProperties": False,
}
# What version 1.1 requires, of the members that kiln writes.
JSON_FEED = {
    "type": "object",
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string"},
        "home_page_url": URL,
        "description": {"type": "string"},
        "language": {"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$"},
        "authors": AUTHORS,
        "items": {"type": "array", "items": ITEM},
    },
    "required": ["version", "title", "items"],
    "additionalProperties": False,
}


def check_feed(file: Path, version: str) -> None:
    """Reads a feed as a feed reader does, which corrects nothing without saying so."""
    feed = feedparser.parse(file.read_bytes())
    assert not feed.bozo, f"{file}: {feed.bozo_exception}"
    assert feed.version == version, f"{file}: {feed.version}"
    title = 'Tom & <Jerry> "]]>" café 😀 '
    assert feed.feed.title.rstrip() == title.rstrip(), f"{file}: {feed.feed.title!r}"
    first, second = feed.entries
    assert first.link == "https://blog.example/posts/a%20b?c=1&d=2#e", f"{file}: {first.link}"
    assert first.title.rstrip() == title.rstrip(), f"{file}: {first.title!r}"
    assert first.content[0].value.startswith("<p>One &amp; <b>two</b>"), f"{file}: {first.content}"
    assert first.enclosures[0].href == "https://blog.example/a.mp3?x=1&y=2", f"{file}: {first.enclosures}"
    assert first.published_parsed and second.published_parsed, f"{file}: a date cannot be read"
    assert first.id and second.id and first.id != second.id, f"{file}: ids"


def main() -> None:
    folder, manifests = Path(sys.argv[1]), Path(sys.argv[2])
    check_feed(folder / "atom.xml", "atom10")
    check_feed(folder / "rss.xml", "rss20")
    for file, schema in [
        (folder / "feed.json", JSON_FEED),
        (folder / "site.webmanifest", json.loads(manifests.read_text())),
    ]:
        validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
        for error in validator.iter_errors(json.loads(file.read_text())):
            raise SystemExit(f"{file}: {error.json_path}: {error.message}")
        print(f"{file} validates")


main()
