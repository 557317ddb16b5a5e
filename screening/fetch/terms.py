"""What the user is told about a fetched file: form, licence, citation, and what to do next."""

from __future__ import annotations

import shlex

from screening.core.catalogue import Kind
from screening.core.catalogue_entry import Entry
from screening.fetch.fetch import Fetched


def has_known_columns(entry: Entry, fetched: Fetched) -> bool:
    """Whether the catalogue's columns are those of this file."""
    return fetched.form.sha256 == entry.mirror.sha256


def describe(entry: Entry, kind: Kind, fetched: Fetched) -> list[str]:
    """Lines for the user.

    Parameters
    ----------
    kind : of the entry. fetched : its file.
    """
    lines = [
        f"{entry.name}: {entry.what}",
        f"  file     {fetched.path}",
        f"  form     {_form(entry, fetched)}",
        f"  from     {entry.upstream}",
        f"  licence  {entry.licence}",
    ]
    if entry.non_commercial:
        lines.append("           non-commercial use only, as you have accepted")
    lines.append(f"  cite     {entry.citation}")
    if entry.doi:
        lines.append(f"  DOI      https://doi.org/{entry.doi}")
    if kind == "table" and not has_known_columns(entry, fetched):
        lines.append(
            "  note     the recipes read another form of this table, which only a mirror folder "
            f"has ({entry.mirror.path}): fetch it with --mirror"
        )
    if kind == "library":
        path = shlex.quote(str(fetched.path))
        lines.append(f"  next     screening run {path} --output results")
    if kind == "taxa":
        lines.append("  next     screening run LIBRARY --output results: it takes them from here")
    return lines


def _form(entry: Entry, fetched: Fetched) -> str:
    digest = f"SHA-256 {fetched.form.sha256[:12]}…"
    rows = f"{entry.mirror.rows:,} rows, {digest}"
    if entry.one_form:
        return f"as published, {rows}"
    if fetched.form.kind == "mirror":
        return f"as kept in mirror folders (reduced or converted from the published file), {rows}"
    return f"as published, {digest}"
