"""Puts a document on disk: the page, and beside it the same as a Word file."""

from pathlib import Path
from uuid import uuid4

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
    temporary = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path
