"""Puts a document on disk: the page, and beside it the same as a Word file."""

import os
import tempfile
from pathlib import Path

from notices.contexts import Document
from notices.docx.write import docx_of
from notices.render import render


def write(context: Document, path: Path) -> Path:
    """Write the page to `path` and the Word file beside it (.docx), each as a whole; makes missing folders.

    The page comes last: where it lies, the Word file lies too. Raises UnknownDocument.
    """
    page = render(context)
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path.with_suffix(".docx"), docx_of(context, page))
    return _replace(path, page.encode())


def _replace(path: Path, content: bytes) -> Path:
    """Write so that a reader sees the old file or the whole new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path
