import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Captured } from "../cli/io.ts";
import { port as portCommand } from "../port.ts";
import { parseCgroup, parseContainers, publishes } from "../port/managers.ts";
import { parseTunnelPort } from "../port/kernel_sockets.ts";
import { type FakeIo, fakeIo, run } from "./fakes.ts";
import { procRow } from "./proc_rows.ts";

const ID = "0123456789abcdef".repeat(4);

/** Texts of /proc/PID/cgroup as systemd and the engines write them, composed by their documents. */
const CGROUPS: readonly (readonly [name: string, text: string, manager: string])[] = [
  ["a service", "0::/system.slice/nginx.service", "unit nginx.service"],
  [
    "a service of version 1",
    "9:name=systemd:/system.slice/cron.service\n8:pids:/a.service",
    "unit cron.service",
  ],
  [
    "a template",
    "0::/system.slice/system-postgresql.slice/postgresql@14-main.service",
    "unit postgresql@14-main.service",
  ],
  ["a service with groups of its own", "0::/system.slice/foo.service/worker", "unit foo.service"],
  [
    "a user's service",
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service",
    "unit web.service user",
  ],
  ["a user's manager", "0::/user.slice/user-1000.slice/user@1000.service/init.scope", "init"],
  ["systemd itself", "0::/init.scope", "init"],
  ["a login session", "0::/user.slice/user-1000.slice/session-3.scope", "session"],
  [
    "a desktop's program",
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-x-7.scope",
    "session",
  ],
  ["docker of version 2", `0::/system.slice/docker-${ID}.scope`, `docker ${ID}`],
  [
    "docker of version 1",
    `12:pids:/docker/${ID}\n0::/system.slice/containerd.service`,
    `docker ${ID}`,
  ],
  ["podman", `0::/machine.slice/libpod-${ID}.scope/container`, `podman ${ID}`],
  [
    "podman without root",
    `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`,
    `podman ${ID}`,
  ],
  [
    "Kubernetes",
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-pod1.slice/cri-containerd-${ID}.scope`,
    `kubernetes ${ID}`,
  ],
  ["LXC", "0::/lxc.payload.web1/system.slice/nginx.service", "lxc web1"],
  ["systemd-nspawn", "0::/machine.slice/machine-deb.scope/payload", "nspawn deb"],
  ["dockerd", "0::/system.slice/docker.service", "engine docker.service"],
  ["no group", "0::/", "null"],
  ["nothing", "", "null"],
  ["a name that only ends so", "0::/.service", "null"],
];

for (const [name, text, wanted] of CGROUPS) {
  Deno.test(`parseCgroup() knows ${name}`, () => {
    const manager = parseCgroup(`${text}\n`);
    const words = manager === null
      ? "null"
      : manager.kind === "unit"
      ? `unit ${manager.unit}${manager.ofUser ? " user" : ""}`
      : manager.kind === "container"
      ? `${manager.engine} ${manager.id}`
      : manager.kind === "engine"
      ? `engine ${manager.unit}`
      : manager.kind;
    assertEquals(words, wanted);
  });
}

Deno.test("publishes() finds the port of this machine, in a range and on both versions of IP", () => {
  const [web, dns] = parseContainers(
    `${ID}\tweb\t0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 0.0.0.0:9000-9002->9000-9002/tcp, 81/tcp\n` +
      `${"f".repeat(64)}\tdns\t127.0.0.1:53->53/udp\nno container\n`,
  );
  assertEquals([8080, 80, 81, 9001, 9003].map((port) => publishes(web!, port, "tcp")), [
    true,
    false,
    false,
    true,
    false,
  ]);
  assertEquals([publishes(dns!, 53, "udp"), publishes(dns!, 53, "tcp")], [true, false]);
});

Deno.test("parseTunnelPort() reads the port of VXLAN that iproute2 prints", () => {
  const text =
    "3: vx0: <BROADCAST,MULTICAST> mtu 1450\n    vxlan id 7 srcport 0 0 dstport 22090 ttl auto";
  assertEquals([parseTunnelPort(text), parseTunnelPort("3: eth0: <UP>")], [22090, null]);
});

/** A process of the machine below: its name, its sockets by inode, its control group, its words. */
interface Made {
  readonly name: string;
  readonly inodes: readonly number[];
  readonly cgroup?: string;
  readonly words?: string;
}

/** Returns a machine of Linux with these processes, whose port 8000 has these rows. */
function machine(
  rows: string,
  processes: Readonly<Record<number, Made>>,
  programs: (program: string, args: readonly string[]) => string | null = () => null,
): FakeIo {
  const files: Record<string, string> = { "/proc/net/tcp": rows, "/proc/net/udp": "" };
  const links: Record<string, string> = {};
  for (const [pid, { name, inodes, cgroup, words }] of Object.entries(processes)) {
    files[`/proc/${pid}/comm`] = `${name}\n`;
    files[`/proc/${pid}/cmdline`] = `${words ?? name}\0`;
    files[`/proc/${pid}/status`] = "Uid:\t0\t0\t0\t0\n";
    if (cgroup !== undefined) files[`/proc/${pid}/cgroup`] = `${cgroup}\n`;
    inodes.forEach((inode, i) => links[`/proc/${pid}/fd/${3 + i}`] = `socket:[${inode}]`);
  }
  return fakeIo({
    files,
    links,
    bind: (_, __, port) => port === 8000 ? "EADDRINUSE" : null,
    programs: (program, args) => {
      const text = programs(program, args);
      return text === null
        ? Object.assign(new Error("not found"), { name: "NotFound" })
        : captured(text);
    },
    columns: 200,
  });
}

function captured(text: string): Captured {
  return { code: 0, stdout: new TextEncoder().encode(text), stderr: new Uint8Array() };
}

/** Returns the lines of the report with these labels, and those that go on below them. */
async function report(
  io: FakeIo,
  args: readonly string[] = ["8000"],
): Promise<Map<string, string[]>> {
  await run(portCommand, args, io);
  const rows = new Map<string, string[]>();
  let label = "";
  for (const line of io.out().trimEnd().split("\n")) {
    label = line.slice(0, 11).trim() || label;
    rows.set(label, [...rows.get(label) ?? [], line.slice(11)]);
  }
  return rows;
}

const SERVER: readonly [string, number] = ["127.0.0.1", 8000];
const ANY: readonly [string, number] = ["0.0.0.0", 0];
const LISTENS = procRow(SERVER, ANY, "0A", 11);

/** Holders of port 8000 of every kind, and the lines that are printed of them. */
const HOLDERS: readonly (readonly [
  name: string,
  processes: Readonly<Record<number, Made>>,
  toFree: readonly string[],
  caution?: RegExp,
])[] = [
  ["a program", { 77: { name: "web", inodes: [11] } }, ["kill 77"]],
  ["a program in a session", {
    77: { name: "web", inodes: [11], cgroup: "0::/user.slice/user-1000.slice/session-3.scope" },
  }, ["kill 77"]],
  ["a service", { 77: { name: "nginx", inodes: [11], cgroup: "0::/system.slice/nginx.service" } }, [
    "systemctl stop nginx (if it is killed, systemd may start it again)",
  ]],
  ["a service with workers", {
    77: { name: "nginx", inodes: [11], cgroup: "0::/system.slice/nginx.service" },
    78: { name: "nginx", inodes: [11], cgroup: "0::/system.slice/nginx.service" },
  }, ["systemctl stop nginx (if it is killed, systemd may start it again)"]],
  ["a user's service", {
    77: {
      name: "web",
      inodes: [11],
      cgroup: "0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service",
    },
  }, ["systemctl --user stop web (if it is killed, systemd may start it again)"]],
  ["a unit whose name a shell would change", {
    77: { name: "x", inodes: [11], cgroup: "0::/system.slice/a\\x2db$(id).service" },
  }, ["systemctl stop 'a\\x2db$(id)' (if it is killed, systemd may start it again)"]],
  [
    "systemd for a socket unit",
    { 1: { name: "systemd", inodes: [11], cgroup: "0::/init.scope" } },
    [
      "stop the .socket unit: systemctl list-sockets names it",
    ],
  ],
  ["systemd, and the service that it has started", {
    1: { name: "systemd", inodes: [11], cgroup: "0::/init.scope" },
    77: { name: "cups", inodes: [11], cgroup: "0::/system.slice/cups.service" },
  }, [
    "systemctl stop cups.socket, which systemd listens for",
    "systemctl stop cups (if it is killed, systemd may start it again)",
  ]],
  ["another init", { 1: { name: "tini", inodes: [11] } }, [
    "stop its service: process 1 is init, and killing it ends the machine or container",
  ]],
  ["docker-proxy", {
    77: { name: "docker-proxy", inodes: [11], cgroup: "0::/system.slice/docker.service" },
  }, [
    "docker stop web",
  ]],
  ["a container with the network of its host", {
    77: { name: "node", inodes: [11], cgroup: `0::/system.slice/docker-${ID}.scope` },
  }, ["docker stop web"]],
  [
    "podman",
    { 77: { name: "node", inodes: [11], cgroup: `0::/machine.slice/libpod-${ID}.scope` } },
    [
      "podman stop 0123456789ab",
    ],
  ],
  ["dockerd itself", {
    77: { name: "dockerd", inodes: [11], cgroup: "0::/system.slice/docker.service" },
  }, []],
  ["sshd", { 77: { name: "sshd", inodes: [11], cgroup: "0::/system.slice/ssh.service" } }, [
    "systemctl stop ssh (if it is killed, systemd may start it again)",
  ], /nobody can log in, perhaps not even you/],
  [
    "a forwarded port of a login session",
    {
      77: {
        name: "sshd",
        inodes: [11],
        cgroup: "0::/user.slice/user-0.slice/session-3.scope",
        words: "sshd: anna@pts/0",
      },
    },
    [],
    /killing its process ends the session/,
  ],
];

for (const [name, processes, toFree, caution] of HOLDERS) {
  Deno.test(`port tells how to free a port of ${name}`, async () => {
    const io = machine(
      LISTENS,
      processes,
      (program, args) =>
        program === "docker" && args[0] === "ps" ? `${ID}\tweb\t0.0.0.0:8000->80/tcp\n` : null,
    );
    const rows = await report(io);
    assertEquals(rows.get("to free it") ?? [], toFree);
    if (caution) assertMatch(rows.get("caution")!.join(" "), caution);
  });
}

Deno.test("port asks docker which container has the port where it does not answer", async () => {
  const rows = await report(machine(LISTENS, { 77: { name: "docker-proxy", inodes: [11] } }));
  assertEquals(rows.get("to free it"), ["docker stop $(docker ps -q --filter publish=8000)"]);
});

Deno.test("port does not stop the container that netkit itself runs in", async () => {
  const io = machine(LISTENS, { 77: { name: "node", inodes: [11], cgroup: `0::/docker/${ID}` } });
  const file = io.readTextFile;
  io.readTextFile = (path) =>
    path === "/proc/self/cgroup" ? Promise.resolve(`0::/docker/${ID}\n`) : file.call(io, path);
  assertEquals((await report(io)).get("to free it"), ["kill 77"]);
});

Deno.test("port names the listener alone, and counts the processes of its connections", async () => {
  const peer = (port: number): readonly [string, number] => ["127.0.0.1", port];
  const rows = LISTENS + procRow(SERVER, peer(5001), "01", 21) +
    procRow(SERVER, peer(5002), "01", 22);
  const io = machine(rows, {
    800: { name: "sshd", inodes: [11] },
    4000: { name: "sshd", inodes: [21] },
    4010: { name: "sshd", inodes: [22] },
  });
  const shown = await report(io);
  assertEquals(shown.get("to free it"), ["kill 800"]);
  assertEquals(
    shown.get("held by"),
    [
      "sshd, pid 800, user root: sshd",
      "2 other processes have its connections",
      "127.0.0.1:8000 LISTEN; 2 ESTABLISHED",
      "both for IPv4 and IPv6",
    ].map((line) => line.replace("user root", "user 0")),
  );
});

Deno.test("port tells of servers on different addresses which command frees which", async () => {
  const rows = LISTENS + procRow(["192.0.2.7", 8000], ANY, "0A", 12);
  const io = machine(rows, { 77: { name: "a", inodes: [11] }, 78: { name: "b", inodes: [12] } });
  assertEquals((await report(io)).get("to free it"), [
    "kill 77 (for 127.0.0.1:8000)",
    "kill 78 (for 192.0.2.7:8000)",
  ]);
});

Deno.test("port --json has the commands, and the managers of the processes", async () => {
  const io = machine(LISTENS, {
    77: { name: "nginx", inodes: [11], cgroup: "0::/system.slice/nginx.service" },
  });
  await run(portCommand, ["--json", "8000"], io);
  const { to_free: toFree, managers, kernel } = JSON.parse(io.out());
  assertEquals(toFree, ["systemctl stop nginx (if it is killed, systemd may start it again)"]);
  assertEquals(managers, [{ pid: 77, kind: "unit", unit: "nginx.service", of_user: false }]);
  assertEquals(kernel, null);
});

/** A machine of Windows whose port 8000 is held by a process; the output of tasklist is composed. */
function windows(task: string, pid: number, none = "N/A"): FakeIo {
  return fakeIo({
    platform: "windows",
    bind: (_, __, port) => port === 8000 ? "EADDRINUSE" : null,
    columns: 200,
    programs: (program) =>
      captured(
        program === "netstat"
          ? `  TCP    0.0.0.0:8000    0.0.0.0:0    LISTENING    ${pid}\r\n`
          : program === "tasklist"
          ? `"System Idle Process","0","${none}"\r\n${task}\r\n`
          : "",
      ),
  });
}

/** Rows of `tasklist /svc`, the word for "none" in the language, and the way to free the port. */
const WINDOWS: readonly (readonly [string, number, string, string, readonly string[]])[] = [
  ["System", 4, '"System","4","N/A"', "N/A", [
    "netsh http show servicestate names the owner of its URL: stop that service",
  ]],
  ["node", 28236, '"node.exe","28236","N/A"', "N/A", ["taskkill /F /PID 28236"]],
  ["a program with a window", 9, '"Spiel.exe","9","Nicht zutreffend"', "Nicht zutreffend", [
    "taskkill /PID 9 (with /F if it does not end)",
  ]],
  ["a program in Polish", 9, '"node.exe","9","Brak"', "Brak", ["taskkill /F /PID 9"]],
  ["a program in Chinese", 9, '"node.exe","9","暂缺"', "暂缺", ["taskkill /F /PID 9"]],
  ["a service", 9, '"svchost.exe","9","TermService"', "暂缺", [
    "net stop TermService (as an administrator)",
  ]],
  ["several services", 9, '"svchost.exe","9","SSDPSRV,upnphost"', "N/D", [
    "net stop the one that listens of SSDPSRV, upnphost (as an administrator)",
  ]],
  ["a service of which Windows is made", 9, '"svchost.exe","9","RpcEptMapper,RpcSs"', "N/A", []],
  ["svchost whose service is not known", 9, '"svchost.exe","9","N/A"', "N/A", []],
  ["a database that is a service", 9, '"mysqld.exe","9","MySQL80"', "N/A", [
    "net stop MySQL80 (as an administrator)",
  ]],
  ["Docker Desktop", 9, '"com.docker.backend.exe","9","N/A"', "N/A", [
    "docker ps --filter publish=8000 names the container: docker stop NAME",
  ]],
  ["WSL", 9, '"wslrelay.exe","9","N/A"', "N/A", [
    'end the server in WSL: wsl ss -ltnp "sport = :8000" names it',
  ]],
];

for (const [name, pid, task, none, toFree] of WINDOWS) {
  Deno.test(`port on Windows tells how to free a port of ${name}`, async () => {
    assertEquals((await report(windows(task, pid, none))).get("to free it") ?? [], toFree);
  });
}

Deno.test("port on Windows tells how to get a port that Windows has reserved", async () => {
  const io = fakeIo({
    platform: "windows",
    bind: (_, __, port) => port === 8000 ? "EACCES" : null,
    programs: (_, args) =>
      captured(args.includes("excludedportrange") ? "\r\n  7990    8089\r\n" : ""),
  });
  const rows = await report(io);
  assertMatch(rows.get("to free it")!.join(" "), /^net stop winnat, /);
});

/** A machine of macOS whose port is held by a process of lsof's output. */
function macos(port: number, pid: number, name: string): FakeIo {
  return fakeIo({
    platform: "darwin",
    bind: (_, __, each) => each === port ? "EADDRINUSE" : null,
    columns: 200,
    programs: (program) =>
      captured(
        program === "lsof"
          ? `p${pid}\nc${name}\nLroot\nf3\nd0x1\ntIPv4\nPTCP\nn*:${port}\nTST=LISTEN\n`
          : "",
      ),
  });
}

/** Holders of ports on macOS, composed by the manual pages, and the way to free the port. */
const MACOS: readonly (readonly [number, number, string, string | null])[] = [
  [
    5000,
    561,
    "ControlCenter",
    "turn AirPlay Receiver off: System Settings, General, AirDrop & Handoff",
  ],
  [
    7000,
    561,
    "ControlCe",
    "turn AirPlay Receiver off: System Settings, General, AirDrop & Handoff",
  ],
  [5001, 561, "ControlCenter", null],
  [22, 1, "launchd", "turn Remote Login off: System Settings, General, Sharing"],
  [8021, 1, "launchd", null],
  [8000, 77, "node", "kill 77"],
  [8000, 77, "com.docker.backend", "docker stop $(docker ps -q --filter publish=8000)"],
];

for (const [port, pid, name, toFree] of MACOS) {
  Deno.test(`port on macOS tells how to free port ${port} of ${name}`, async () => {
    const rows = await report(macos(port, pid, name), [`${port}`]);
    assertEquals(rows.get("to free it") ?? null, toFree === null ? null : [toFree]);
  });
}

/** A machine of Linux whose UDP port 51820 has a socket of root and no process. */
function withoutProcess(files: Readonly<Record<string, string>>, all: boolean): FakeIo {
  return fakeIo({
    files: {
      "/proc/net/udp": procRow(["0.0.0.0", 51820], ANY, "07", 31),
      "/proc/net/dev": "Inter-| Receive\n face |bytes\n    lo: 1 2\n   wg0: 0 0\n",
      "/proc/self/status": `CapEff:\t${all ? "000001ffffffffff" : "0000000000000000"}\n`,
      ...files,
    },
    links: { "/proc/self/ns/pid": "pid:[4026531836]" },
    bind: () => "EADDRINUSE",
    columns: 200,
    programs: () => Object.assign(new Error("not found"), { name: "NotFound" }),
  });
}

Deno.test("port does not blame a process for a socket of the kernel", async () => {
  const wireguard = { "/sys/class/net/wg0/uevent": "DEVTYPE=wireguard\nINTERFACE=wg0\n" };
  const held = async (io: FakeIo) => (await report(io, ["51820/udp"])).get("held by")![0]!;
  assertEquals(
    await held(withoutProcess(wireguard, true)),
    "the kernel itself: WireGuard (interface wg0)",
  );
  assertEquals(
    await held(withoutProcess(wireguard, false)),
    "perhaps the kernel itself: WireGuard (interface wg0); or a process of user root that may not be seen",
  );
  assertStringIncludes(await held(withoutProcess({}, true)), "the kernel itself, it seems");
  const unseen = await held(withoutProcess({}, false));
  assert(unseen.startsWith("a process of user 0 that may not be seen"), unseen);
});
