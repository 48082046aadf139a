"""The child process that `local_engine` starts: ArcadeDB in the current directory.

Standard input brings one line of JSON (port, password, heap) and then stays open: its end says that the
service has stopped or died. Standard output gets the one word `ready`, standard error what goes wrong.
Run by path, so it imports nothing of this package.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import signal
import sys
import threading
from pathlib import Path

from arcadedb_embedded import ArcadeDBServer

_DATABASE = "neo4j"
_STOP_SECONDS = 5
_PR_SET_PDEATHSIG = 1

_SEARCH = (  # what a migration says in Cypher, which this engine does not understand there
    "CREATE VERTEX TYPE Entity IF NOT EXISTS",
    "CREATE PROPERTY Entity.ft IF NOT EXISTS STRING",
    "CREATE INDEX entity_search IF NOT EXISTS ON Entity (ft) FULL_TEXT",
)


def main() -> None:
    """Run the engine until SIGTERM, which `_follow_parent` sends, or Linux, or anybody who may."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # in all threads to come: sigwait gets it
    orders = json.loads(sys.stdin.readline())
    threading.Thread(target=_follow_parent, daemon=True).start()
    parent = os.dup(1)
    os.dup2(2, 1)  # what the JVM prints must not be taken for our word
    server = _server(**orders)
    server.start()
    for statement in _SEARCH:
        server.get_database(_DATABASE).command("sql", statement)
    os.write(parent, b"ready\n")
    signal.sigwait({signal.SIGTERM})
    faulthandler.dump_traceback_later(_STOP_SECONDS, exit=True)  # it may hang, and nobody be left to end it
    server.stop()
    os._exit(0)  # all is closed; ending Python and the JVM in good order would gain nothing and can crash


def _follow_parent() -> None:
    """Send ourselves SIGTERM when the parent closes our standard input or dies.

    Linux is asked to do the same, for a process forked from the parent may hold that input open.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _server(*, password: str, port: int, heap: str) -> ArcadeDBServer:
    config = {
        "mode": "production",  # no LOAD CSV of local files, no inner text in error messages
        "host": "127.0.0.1",
        "http_port": 0,  # the engine insists on HTTP; nobody needs to find it
        "bolt_port": port,
        "bolt_defaultDatabase": _DATABASE,
        "server_defaultDatabases": f"{_DATABASE}[root]",
        "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
    }
    jvm = [
        "-Xrs",  # leave SIGTERM to us
        f"-Djava.util.logging.config.file={Path(__file__).with_suffix('.properties')}",
        # fsync before a commit is acknowledged: a credential or a revocation that somebody has been told of
        # must survive a power cut. Only a JVM property reaches the databases, the server's setting does not.
        "-Darcadedb.txWalFlush=2",
    ]
    return ArcadeDBServer(os.getcwd(), password, config, {"heap_size": heap, "jvm_args": jvm})


if __name__ == "__main__":
    main()
