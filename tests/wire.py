"""Two hosts and a bad wire between them: real connections of a real kernel, and the states it went through.

Reads a plan as JSON from standard input and writes as JSON what happened to standard output. It needs
Linux, root, and tracefs; it makes network namespaces of its own and touches nothing outside of them.

The plan: {"seed": 1, "wire": {...}, "talks": [{"port": 9000, "a": [...], "b": [...]}]}. Each talk is one
conversation, both sides are lists of calls like ["connect"] or ["send", 5]. What comes back: for each
host a pcap file (base64, link type raw IP) and the moves of its sockets, from the kernel's trace event
sock:inet_sock_set_state; and for each TCP packet the side that has sent it and the copies that the wire
has carried.
"""

import base64
import ctypes
import fcntl
import heapq
import json
import os
import random
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

CLONE_NEWNS, CLONE_NEWNET, MS_REC, MS_PRIVATE = 0x20000, 0x40000000, 0x4000, 0x40000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
SO_TIMESTAMPNS, SO_RCVBUFFORCE, ETH_P_ALL = 35, 33, 3
MSG_FASTOPEN, TCP_REPAIR = 0x20000000, 19
libc = ctypes.CDLL(None, use_errno=True)


def checked(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


# --- a host -------------------------------------------------------------------------------------------

def make_host(own, other, mtu):
    """Makes a network namespace with a TUN device; returns the device and a tap on it."""
    checked(libc.unshare(CLONE_NEWNET))
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", b"wire0", IFF_TUN | IFF_NO_PI))
    run("ip", "address", "add", own, "peer", other, "dev", "wire0")
    run("ip", "link", "set", "wire0", "mtu", str(mtu), "up")
    run("ip", "route", "change", other, "dev", "wire0", "rto_min", "40ms")
    for name, value in (("tcp_fastopen", "3"), ("tcp_syn_retries", "3"), ("tcp_retries2", "6"),
                        ("tcp_orphan_retries", "4"), ("tcp_fin_timeout", "20"), ("tcp_timestamps", "1")):
        write(f"/proc/sys/net/ipv4/{name}", value)
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    tap.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
    tap.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    tap.bind(("wire0", ETH_P_ALL))
    tap.setblocking(False)
    return tun, tap


def talk(calls, port, own, other, begin, listening):
    """Does one side of a conversation; whatever fails ends it, as it would end a program."""
    sock, listener = None, None
    try:
        for call, *args in calls:
            value = args[0] if args else 0
            if call == "listen":
                listener = socket.create_server((own, port), reuse_port=False)
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)
                listener.settimeout(7)
                listening.release()
            elif call == "begin":
                begin.wait()
            elif call == "accept":
                sock, _ = listener.accept()
                sock.settimeout(7)
            elif call in ("connect", "fastopen"):
                sock = socket.socket()
                sock.settimeout(7 if call == "connect" else None)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if value:
                    sock.bind((own, value))
                if call == "connect":
                    sock.connect((other, args[1] if len(args) > 1 else port))
                else:
                    sock.sendto(b"f" * args[1], MSG_FASTOPEN, (other, port))
                    sock.settimeout(7)
            elif call == "send":
                sock.sendall(b"x" * value)
            elif call == "receive":
                got = 0
                while got < value:
                    data = sock.recv(value - got)
                    if not data:
                        break
                    got += len(data)
            elif call == "drain":
                while sock.recv(65536):
                    pass
            elif call == "buffer":
                (listener or sock).setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, value)
            elif call == "shutdown":
                sock.shutdown(socket.SHUT_WR)
            elif call == "close":
                sock.close()
            elif call == "abort":
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                sock.close()
            elif call == "crash":
                # A socket in repair mode goes without a word (tcp(7) does not have it; CRIU uses it).
                sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
                sock.close()
            elif call == "sleep":
                time.sleep(value / 1000)
    except OSError:
        pass
    finally:
        for each in (sock, listener):
            if each:
                each.close()


def host(channel, side, plan, own, other):
    """A process that is one host: hands over its device, then lets all its sides talk."""
    tun, tap = make_host(own, other, plan["wire"].get("mtu", 1500))
    socket.send_fds(channel, [b"ready"], [tun, tap.fileno()])
    channel.recv(1)
    begin, listening = threading.Event(), threading.Semaphore(0)
    threads = []
    for each in plan["talks"]:
        if side in each:
            threads.append(threading.Thread(
                target=talk, args=(each[side], each["port"], own, other, begin, listening), daemon=True))
    for thread in threads:
        thread.start()
    for each in plan["talks"]:
        if ["listen"] in each.get(side, []):
            listening.acquire()
    channel.send(b"listening")
    channel.recv(1)
    begin.set()
    deadline = time.monotonic() + plan.get("limit", 9)
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
    channel.send(b"done")
    channel.recv(1)
    os._exit(0)


# --- the wire -----------------------------------------------------------------------------------------

def describe(packet):
    """Returns ports, flags and payload length of a TCP packet over IPv4."""
    size = (packet[0] & 15) * 4
    source, target = struct.unpack_from(">HH", packet, size)
    length = len(packet) - size - (packet[size + 12] >> 4) * 4
    return source, target, packet[size + 13], length


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def forge(packet, how):
    """Returns a segment that neither host has sent, with numbers near those of a packet of the connection.

    It is in the name of the packet's sender, behind what that has sent; with "back" in the name of its
    receiver, behind what that has acknowledged.
    """
    size = (packet[0] & 15) * 4
    source, target, flags, length = describe(packet)
    seq, ack = struct.unpack_from(">II", packet, size + 4)
    end = seq + length + (flags & 1) + (flags >> 1 & 1)
    addresses, ports = packet[12:20], (source, target)
    if how.get("back"):
        addresses, ports, end, ack = packet[16:20] + packet[12:16], (target, source), ack, end
    payload = b"f" * how.get("length", 0)
    tcp = struct.pack(">HHIIBBHHH", *ports, (end + how.get("seq", 0)) & 0xFFFFFFFF,
                      (ack + how.get("ack", 0)) & 0xFFFFFFFF if how["flags"] & 16 else 0,
                      0x50, how["flags"], how.get("window", 512), 0, 0) + payload
    whole = addresses + struct.pack(">BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack(">H", checksum(whole + tcp)) + tcp[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), how.get("id", 1), 0, how.get("ttl", 200), 6, 0) + addresses
    return ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:] + tcp


class Wire:
    """Carries packets between two devices: late, twice, out of order, or not at all."""

    def __init__(self, devices, plan):
        self.devices = devices
        self.options = plan["wire"]
        self.random = random.Random(plan["seed"])
        self.rules = [dict(rule) for each in plan["talks"] for rule in each.get("rules", [])]
        self.waiting, self.count, self.last, self.carried = [], 0, 0.0, []

    def fate(self, side, packet):
        """Returns the delays after which copies of a packet arrive."""
        options, chance = self.options, self.random.random
        if packet[0] >> 4 == 4 and packet[9] == 6:
            source, target, flags, length = describe(packet)
            for rule in self.rules:
                matches = (rule["from"] == side and rule["port"] in (source, target) and
                           flags & rule.get("mask", 63) == rule["flags"] and
                           (length > 0) == rule.get("data", False))
                if matches and rule.get("skip", 0) > 0:
                    rule["skip"] -= 1
                elif matches and rule["count"] > 0:
                    rule["count"] -= 1
                    for how in rule.get("forge", []):
                        other = "ba"["ab".index(side)] if how.get("back") else side
                        self.put(how.get("delay", 1) / 1000, other, forge(packet, how))
                    if "again" in rule:
                        return [options.get("delay", 2) / 1000, rule["again"] / 1000]
                    if "forge" not in rule:
                        return [rule["delay"] / 1000] if "delay" in rule else []
        if chance() < options.get("loss", 0):
            return []
        copies = 2 if chance() < options.get("twice", 0) else 1
        return [options.get("delay", 2) / 1000 +
                (chance() * options.get("jitter", 0) / 1000 if chance() < options.get("late", 0) else 0)
                for _ in range(copies)]

    def put(self, delay, side, packet):
        """Lets a packet of a side arrive at the other one after `delay` seconds."""
        self.count += 1
        heapq.heappush(self.waiting, (self.last + delay, self.count, side, packet))

    def step(self, wait):
        """Moves what there is to move within `wait` seconds."""
        now = time.monotonic()
        if self.waiting:
            wait = max(0, min(wait, self.waiting[0][0] - now))
        for device in select.select(self.devices, [], [], wait)[0]:
            side = "ab"[self.devices.index(device)]
            while True:
                try:
                    packet = os.read(device, 65536)
                except BlockingIOError:
                    break
                self.last = time.monotonic()
                delays = self.fate(side, packet)
                if packet[0] >> 4 == 4 and packet[9] == 6:
                    size = (packet[0] & 15) * 4
                    self.carried.append([side, *describe(packet), *struct.unpack_from(">II", packet, size + 4),
                                         len(delays)])
                for delay in delays:
                    self.put(delay, side, packet)
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            _, _, side, packet = heapq.heappop(self.waiting)
            try:
                os.write(self.devices["ba".index(side)], packet)
            except OSError:
                pass


# --- what was seen ------------------------------------------------------------------------------------

def drain_tap(tap, end):
    """Returns what a tap has heard until `end` (time.time()) as a pcap file of raw IP with nanoseconds."""
    out = [struct.pack("<IHHIIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 101)]
    while True:
        try:
            packet, ancillary, _, _ = tap.recvmsg(65536, 64)
        except BlockingIOError:
            return b"".join(out)
        seconds, nanoseconds = struct.unpack("qq", ancillary[0][2])
        if seconds + nanoseconds / 1e9 > end:
            continue
        out.append(struct.pack("<IIII", seconds, nanoseconds, len(packet), len(packet)) + packet)


class Trace:
    """The kernel's own account of the states of its sockets."""

    def __init__(self):
        checked(libc.unshare(CLONE_NEWNS))
        checked(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
        self.root = tempfile.mkdtemp()
        checked(libc.mount(b"tracefs", self.root.encode(), b"tracefs", 0, None))
        self.own = f"{self.root}/instances/netkit-{os.getpid()}"
        os.mkdir(self.own)
        write(f"{self.own}/buffer_size_kb", "4096")
        write(f"{self.own}/trace_clock", "mono")  # the usual one is not the same on all processors
        write(f"{self.own}/events/sock/inet_sock_set_state/enable", "1")

    def moves(self, addresses, end):
        """Returns [address, port, other port, old state, new state] in order of time, until `end` (time.monotonic())."""
        found = []
        with open(f"{self.own}/trace") as file:
            for line in file:
                match = re.search(r"(\d+\.\d+): inet_sock_set_state: .*protocol=IPPROTO_TCP "
                                  r"sport=(\d+) dport=(\d+) saddr=(\S+) daddr=(\S+) "
                                  r".*oldstate=TCP_(\S+) newstate=TCP_(\S+)", line)
                if match and float(match[1]) <= end and match[4] in addresses and match[3] != "0":
                    found.append([match[4], int(match[2]), int(match[3]), match[6], match[7]])
        return found

    def close(self):
        write(f"{self.own}/events/sock/inet_sock_set_state/enable", "0")
        os.rmdir(self.own)
        libc.umount2(self.root.encode(), 2)
        os.rmdir(self.root)


def main():
    plan = json.load(sys.stdin)
    signal.alarm(int(plan.get("limit", 9)) + 30)
    chooser = random.Random()
    net = f"10.{chooser.randrange(64, 255)}.{chooser.randrange(256)}"
    addresses = {"a": f"{net}.1", "b": f"{net}.2"}
    trace = Trace()
    channels, devices, taps = [], [], []
    try:
        for side, other in ("ab", "ba"):
            near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            if os.fork() == 0:
                try:
                    signal.alarm(int(plan.get("limit", 9)) + 20)
                    os.dup2(2, 1)
                    for each in [near, *channels]:
                        each.close()
                    host(far, side, plan, addresses[side], addresses[other])
                finally:
                    os._exit(1)
            far.close()
            _, (device, tap), _, _ = socket.recv_fds(near, 16, 2)
            channels.append(near)
            devices.append(device)
            taps.append(socket.socket(fileno=tap))
            taps[-1].setblocking(False)
        wire = Wire(devices, plan)
        for channel in channels:
            channel.send(b"1")
        for channel in channels:
            channel.recv(16)
        for channel in channels:
            channel.send(b"1")
        silent, done = plan.get("silence", 1.5), set()
        limit = time.monotonic() + plan.get("limit", 9) + 5
        while time.monotonic() < limit:
            wire.step(0.05)
            for channel in select.select([c for c in channels if c not in done], [], [], 0)[0]:
                channel.recv(16)
                done.add(channel)
            if len(done) == 2 and not wire.waiting and time.monotonic() - wire.last > silent:
                break
        # The hosts live on while all is read: what happens from here on is in neither account.
        end, monotonic_end = time.time(), time.monotonic()
        pcaps = [base64.b64encode(drain_tap(tap, end)).decode() for tap in taps]
        moves = trace.moves(addresses.values(), monotonic_end)
    finally:
        trace.close()
        for channel in channels:
            channel.close()
    json.dump({"addresses": list(addresses.values()), "pcaps": pcaps, "moves": moves, "carried": wire.carried},
              sys.stdout)


main()
