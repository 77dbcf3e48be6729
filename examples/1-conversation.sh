#!/bin/sh
# Lesson 1: a conversation, and the calls that make it.
. "$(dirname "$0")/setup"

say 'A server has a socket, binds it to an address, and listens. A client has a
socket, too, and connects it to that address. Then both can read and write, in
both directions at once.'
serve log -v
show "printf 'hello\nstraße\n' | netkit client $server"

say 'The calls of a client that waits for each answer before it goes on:'
show "printf 'hello\nstraße\n' | netkit client --mode half --log text $server"

say 'And those of the server. It has a socket for each connection, and tells its
clients from each other by their addresses. A read of 0 bytes means that the
client has no more to say.'
logged log 'close .*#2'
show 'cat log'
