#!/bin/sh
# Lesson 2: each direction of a connection ends on its own.
. "$(dirname "$0")/setup"

say 'A client that has sent everything says so with the call shutdown. That ends its
direction alone: it goes on reading what is still to come, until the server,
too, has ended its direction.'
serve log -v
show "yes abc | head -c 1000000 | netkit client --log json $server 2>calls | wc -c"

say 'All of it has come back. The calls in their order, repeated ones once:'
show "grep -o '\"event\":\"[a-z]*\"' calls | uniq | tail -n 3"

say 'The server has read 0 bytes, which is how it hears of the shutdown; it has
written what was left to write, and closed the connection. A client that closes
it instead of shutting its direction down never sees the rest of the answer.'
logged log close
show "grep -e ' 0 B' -e close log"
