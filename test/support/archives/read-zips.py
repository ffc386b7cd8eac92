"""Reads archives, each after its length in four bytes, from standard input until it ends; prints a line of JSON for each:
{"files": {name: SHA-256}} or {"error": text}."""
import hashlib
import io
import json
import struct
import sys
import zipfile

# Since 3.11: names that are not marked as UTF-8 are taken for it.
options = {"metadata_encoding": "utf-8"} if sys.version_info >= (3, 11) else {}


def read(data):
    files = {}
    with zipfile.ZipFile(io.BytesIO(data), **options) as archive:
        for info in archive.infolist():
            if not info.filename.endswith("/"):
                with archive.open(info) as file:
                    # No more than a reader of this project would hand out.
                    content = file.read(128 * 1024 * 1024)
                files[info.orig_filename] = hashlib.sha256(content).hexdigest()
    return files


while True:
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        break
    data = sys.stdin.buffer.read(struct.unpack("<I", head)[0])
    try:
        print(json.dumps({"files": read(data)}), flush=True)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
