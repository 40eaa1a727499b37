"""Files that somebody sends along with a form: read to their end, and dropped. No form of ours asks for any.

The one address that takes files says so itself, by a handler of its own (`request.upload_handlers`).
"""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class Dropping(FileUploadHandler):
    """That there was a file is all that a view learns."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """It is kept nowhere."""

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        return InMemoryUploadedFile(BytesIO(), self.field_name, str(self.file_name), self.content_type, 0, self.charset)
