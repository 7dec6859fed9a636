"""Files that are complete or absent, on file systems that several machines share."""
import errno
import json
import os
import shutil
import uuid


def read_json(path):
    """A file's content; None if it is not there or not whole."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def write_json(path, content):
    """Writes a file, in the place of the one that was there."""
    write_text(path, json.dumps(content, sort_keys=True, indent=1) + "\n")


def write_text(path, text):
    """Writes a file, in the place of the one that was there; the same text leaves it untouched."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except (OSError, ValueError):
        pass
    hidden = _hidden(path)
    with open(hidden, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(hidden, path)


def publish(path, to):
    """A complete file gets its name, in the place of the one that was there. Within a file system it is renamed, else copied under a
    hidden name first."""
    hidden = _hidden(to)
    try:
        os.replace(path, to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copyfile(path, hidden)
        os.replace(hidden, to)


def remove(path):
    """Removes a file or a folder that may be gone."""
    if os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        os.remove(path)
    except FileNotFoundError:
        pass


def _hidden(path):
    """A name beside it that no reader of a lake takes for data, and nobody else has."""
    folder, name = os.path.split(path)
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, f".{name}.{uuid.uuid4().hex[:12]}.tmp")
