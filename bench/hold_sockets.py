"""Connections to measure programs on that list them: half of the sockets in each of two processes.

Prints a line when they are there, and holds them until its standard input ends. It is a file, because a
program in the arguments would be listed with each socket.
"""

import os
import resource
import signal
import socket
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends without a traceback
connections = int(sys.argv[1]) // 4
resource.setrlimit(resource.RLIMIT_NOFILE, (2 * connections + 100,) * 2)
kept = []
for process in range(2):
    ready, done = os.pipe()
    if os.fork() == 0:
        listener = socket.create_server(("127.0.0.1", 0))
        for i in range(connections):
            client = socket.create_connection(listener.getsockname())
            server, _ = listener.accept()
            kept += [client, server]
        os.write(done, b"x")
        sys.stdin.read()
        os._exit(0)
    os.close(done)  # nobody waits for a process that has failed
    os.read(ready, 1)
print("ready", flush=True)
sys.stdin.read()
