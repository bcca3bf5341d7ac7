"""
Where every process of the host begins, by file path: `python start.py VERB ARGUMENT`.

    serve FD             serve an application as the order on FD says
    work FD              run a program that consumes messages, as the order on FD says
    guard FD             run a service as the order on FD says, until its writer closes FD
    janitor DIRECTORY    remove DIRECTORY once nobody holds its lock any more
    sweep TAG            kill every process that carries TAG in its environment

The modules beside this file are loaded as a package of an unlikely name, so that none of them
answers when a service imports something of its own.
"""

from __future__ import annotations

import importlib
import os
import sys
import types

PACKAGE = "_contract_harness_host"
MODULES = {
    "serve": "serving",
    "work": "working",
    "guard": "guardian",
    "janitor": "guardian",
    "sweep": "guardian",
}


def start(verb: str, argument: str) -> None:
    """Load the module that does it and hand over."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    package = types.ModuleType(PACKAGE)
    package.__path__ = [here]
    sys.modules[PACKAGE] = package
    module = importlib.import_module(f"{PACKAGE}.{MODULES[verb]}")
    getattr(module, verb)(argument)


if __name__ == "__main__":
    start(sys.argv[1], sys.argv[2])
