"""The HTML page: template, style and script joined into one file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from screening.report import text
from screening.report.models import accuracy

_HERE = Path(__file__).resolve().parent


def render_page(**context: Any) -> str:
    """Render the report; every value is escaped, and the page may load nothing from anywhere.

    The content security policy names the digests of the page's own style and script, so that a
    browser runs nothing else, whatever a library's names may hold.
    """
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clipped=text.clipped,
        cut=text.cut,
        doi=text.doi_link,
        value=text.value_text,
        percent=text.percent,
        signed=text.signed,
        counted=text.count,
        accuracy=accuracy,
    )
    style = (_HERE / "report.css").read_text(encoding="utf-8")
    script = (_HERE / "report.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    template = environment.get_template("report.html.j2")
    # The two are the project's own files, put in as they are.
    return template.render(**context, style=Markup(style), script=Markup(script), policy=policy)


def _source(content: str) -> str:
    """A content security policy's source for inline content: its SHA-256."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
