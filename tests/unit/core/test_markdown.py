from __future__ import annotations

import pytest

from screening.core.markdown import escape_markdown


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a|b", r"a\|b"),
        ("[x](javascript:y)", r"\[x\](javascript:y)"),
        ("![x](y)", r"!\[x\](y)"),
        ("*x* _y_ ~z~ `c`", r"\*x\* \_y\_ \~z\~ \`c\`"),
        ("# x", r"\# x"),
        ("- x", r"\- x"),
        ("12. x", r"12\. x"),
        ("> x", r"\> x"),
        ("<b>&lt;", "&lt;b>&amp;lt;"),
        ("a\nb", "a b"),
        ("http://x", r"http\://x"),
        ("WWW.x.org me@x.org :smile:", r"WWW\.x.org me\@x.org \:smile:"),
        (r"\|", r"\\\|"),
    ],
)
def test_markup_is_escaped(text: str, escaped: str) -> None:
    assert escape_markdown(text) == escaped


@pytest.mark.parametrize(
    "text",
    ["log10(cm/s)", "tdc_caco2_wang", "doi:10.1002/minf.201100069", "0.812 (+0.24; in)", "-5.2"],
)
def test_what_is_no_markup_stays_legible(text: str) -> None:
    assert escape_markdown(text) == text


def test_escaped_text_is_cut() -> None:
    assert len(escape_markdown("x" * 10_000)) == 200
