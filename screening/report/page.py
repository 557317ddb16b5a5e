"""An HTML page: template, style and script joined into one file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from screening.report import text
from screening.report.language import Language, catalogue
from screening.report.models import accuracy

_HERE = Path(__file__).resolve().parent
_NOTHING = "'none'"


def render_page(
    template: str,
    styles: Sequence[str] = (),
    script: str | None = None,
    language: Language = "en",
    **context: Any,
) -> str:
    """Render a page; every value is escaped, and the page may load nothing from anywhere.

    The content security policy names the digests of the page's own style and script, so that a
    browser runs nothing else, whatever a library's names may hold.

    Parameters
    ----------
    template : name of the template, beside this module.
    styles : names of the style sheets; the template gets them as `style`.
    script : name of the script, given as `script`; None: the page runs none.
    language : of the template's fixed text.
    context : the template's values.
    """
    environment = open_templates(language)
    style = "".join(_own_file(name) for name in styles)
    code = _own_file(script) if script else ""
    policy = (
        f"default-src 'none'; style-src {_source(style)}; "
        f"script-src {_source(code) if script else _NOTHING}; "
        "base-uri 'none'; form-action 'none'"
    )
    # The two are the project's own files, put in as they are.
    return environment.get_template(template).render(
        **context,
        style=Markup(style),
        script=Markup(code),
        policy=policy,
        lang=catalogue(language).language,
    )


def open_templates(language: Language = "en") -> Environment:
    """The templates, with the filters that they use and their text in a language."""
    words = catalogue(language)
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    i18n: Any = environment
    i18n.install_gettext_callables(words.text, words.plural, newstyle=True)
    environment.filters.update(
        clipped=text.clipped,
        cut=text.cut,
        doi=text.doi_link,
        value=text.value_text,
        percent=text.percent,
        signed=text.signed,
        counted=words.counted,
        known=words.known,
        accuracy=accuracy,
    )
    return environment


def _own_file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _source(content: str) -> str:
    """A content security policy's source for inline content: its SHA-256."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
