"""Usage: write-zip.py <way> <folder> <file>. Writes the folder as an archive in one of the ways that Python programs do."""
import io
import os
import shutil
import sys
import zipfile

way, folder, target = sys.argv[1:]


class Pipe(io.RawIOBase):
    """A file in which nothing can seek, as standard output or a socket."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


def paths():
    for top, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(folders):
            yield os.path.relpath(os.path.join(top, name), folder).replace(os.sep, "/") + "/"
        for name in sorted(files):
            yield os.path.relpath(os.path.join(top, name), folder).replace(os.sep, "/")


def write_all(archive, with_folders=False, **options):
    for path in paths():
        full = os.path.join(folder, path)
        if not path.endswith("/"):
            archive.write(full, path, **options)
        elif with_folders:
            archive.write(full, path)


def write_infos(archive, **options):
    for path in paths():
        if path.endswith("/"):
            continue
        info = zipfile.ZipInfo(path)
        info.compress_type = zipfile.ZIP_DEFLATED
        with open(os.path.join(folder, path), "rb") as source, archive.open(info, "w", **options) as entry:
            shutil.copyfileobj(source, entry)


if way == "make_archive":
    shutil.make_archive(target.removesuffix(".zip"), "zip", folder)
elif way == "pipe":
    with open(target, "wb") as file, zipfile.ZipFile(Pipe(file), "w", zipfile.ZIP_DEFLATED) as archive:
        write_all(archive, with_folders=True)
elif way == "pipe-stored":
    with open(target, "wb") as file, zipfile.ZipFile(Pipe(file), "w") as archive:
        write_all(archive)
elif way == "pipe-force-zip64":
    with open(target, "wb") as file, zipfile.ZipFile(Pipe(file), "w") as archive:
        write_infos(archive, force_zip64=True)
else:
    method = zipfile.ZIP_STORED if way == "stored" else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w", method) as archive:
        if way in ("stored", "deflated"):
            write_all(archive)
        elif way == "folders":
            write_all(archive, with_folders=True)
        elif way == "mkdir":
            for path in paths():
                if path.endswith("/") and hasattr(archive, "mkdir"):
                    archive.mkdir(path)
            write_all(archive)
        elif way == "infos":
            write_infos(archive)
        elif way == "force-zip64":
            write_infos(archive, force_zip64=True)
        elif way == "writestr":
            for path in paths():
                if not path.endswith("/"):
                    with open(os.path.join(folder, path), "rb") as source:
                        archive.writestr(path, source.read())
        else:
            sys.exit(f"no such way: {way}")
