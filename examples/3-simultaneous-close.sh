#!/bin/sh
# Lesson 3: both sides close at once.
. "$(dirname "$0")/setup"
cp "$root/examples/simultaneous-close.pcap" capture.pcap

say 'Usually one side closes first, and the other side, when it hears of it. Here a
segment is 50 ms on its way, and both have sent their FIN before that of the
other one arrived. The capture was taken at the client (--at):'
show 'netkit trace -r capture.pcap --at 10.9.0.1 | tail -n 11'

say 'How can that be seen? A FIN counts like a byte, so who has received it
acknowledges one more. The second FIN (packet 9) does not: it acknowledges (ack)
just what comes before the first one (seq). Only the packets 10 and 11
acknowledge the FINs.'
show "netkit frame -r capture.pcap -n 8-11 | grep -e '^packet' -e '_raw' -e 'tcp.flags'"
