#!/bin/sh
# HAProxy in front of two servers, either of which can be stopped.
. "$(dirname "$0")/setup"

PATH=$PATH:/usr/sbin
command -v haproxy >/dev/null || { echo 'This script needs haproxy.'; exit 1; }

# ask TEXT sends a line to HAProxy, and prints the answer.
ask() { echo "$1" | netkit client "$NETKIT_PORT"; }

say 'Two servers, and HAProxy in front of them, as examples/haproxy.cfg describes it.'
serve log1 --proxy-protocol --drain 1
one=$!
NETKIT_PORT_1=${server##*:}
serve log2 --proxy-protocol --drain 1
NETKIT_PORT_2=${server##*:}
export NETKIT_PORT="${NETKIT_PORT:-8000}" NETKIT_PORT_1 NETKIT_PORT_2
haproxy -f "$root/examples/haproxy.cfg" >log3 2>&1 &
started="$started $!"
netkit client --retry 10 --wait 0 "$NETKIT_PORT" </dev/null

say 'They take turns at the clients.'
show 'for n in 1 2 3 4; do ask "question $n"; done'

say 'With the PROXY protocol, each server knows its clients: otherwise all would seem
to be HAProxy.'
show "grep -h accept log1 log2"

say 'One server stops, while clients keep coming. It first fails the checks of
HAProxy, and stops listening when no client is sent to it any more. No question is
lost:'
kill "$one"
show 'for n in 5 6 7 8 9 10; do ask "question $n"; done'
wait "$one"
show "grep -e ' drain ' -e ' stop ' log1"
