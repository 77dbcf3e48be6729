#!/bin/sh
# Lesson 4: a plan for the networks of an office.
. "$(dirname "$0")/setup"

say 'An office has 192.168.10.0/24. The bar separates the bits of the network from
those of the hosts: with 8 bits there are 256 addresses, and 254 of them are for
hosts.'
show 'netkit ipinfo 192.168.10.0/24'

say '100 people, 25 phones and 10 printers. The largest network comes first: so each
one begins where its own size divides the address.'
show 'netkit ipinfo --hosts 100,25,10 192.168.10.0/24'

plan='192.168.10.0/25 192.168.10.128/27 192.168.10.160/28'
say 'What that leaves free:'
show "netkit ipinfo --map 192.168.10.0/24 $plan"

say 'Where could 50 cameras go? They need 6 bits, which leaves 26 for the network:'
show "netkit ipinfo --next /26 192.168.10.0/24 $plan"

say 'Is 192.168.10.130 the address of a phone?'
show 'netkit ipinfo --contains 192.168.10.130 192.168.10.128/27'
