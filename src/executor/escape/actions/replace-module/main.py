"""Puts a file where an import of another run would find it, or changes what is imported already."""
import json
import os
import sys

from attempt import Held, attempt, tried, write

LIBRARY = os.path.dirname(os.__file__)


@attempt
def change_a_standard_module():
    return write(LIBRARY + "/colorsys.py")


@attempt
def add_a_standard_module():
    return write(LIBRARY + "/sitecustomize.py")


@attempt
def change_compiled_code():
    names = os.listdir(LIBRARY + "/__pycache__")
    return write(LIBRARY + "/__pycache__/" + names[0])


@attempt
def module_in_any_folder_of_the_import_path():
    for folder in sys.path:
        if folder and not folder.endswith(".zip"):
            return write(folder + "/sitecustomize.py")
    raise LookupError("the import path is empty")


@attempt
def packages_of_the_user():
    """~/.local of the account that the server runs as, and the machine's own site folders."""
    major, minor = sys.version_info[:2]
    return write(f"/usr/local/lib/python{major}.{minor}/dist-packages/escaped.pth")


@attempt
def imported_module():
    """Shows from the second run on: interpreters are kept warm, but each run is a fork of one."""
    if hasattr(json, "escaped"):
        return "the run before left its mark"
    json.escaped = True
    raise Held("no mark of a run before")


main = tried()
