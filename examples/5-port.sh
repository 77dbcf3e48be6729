#!/bin/sh
# Lesson 5: who holds a port.
. "$(dirname "$0")/setup"

serve log
port=${server##*:}

say 'A server holds its port. A second one cannot have it:'
show "netkit serve $port"

say 'Who holds it, with which sockets, and how could it be freed?'
show "netkit port $port"

say 'A port that is free:'
show "netkit port --free"

say 'When the first server has ended, its port is free again.'
kill $!
wait $!
show "netkit port $port"
