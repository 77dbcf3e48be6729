/**
 * A neighbourhood of two hosts on one link, in network namespaces of Linux: a near one, in which
 * netkit runs, and a far one, which answers.
 *
 * @module
 */
import { ALL_INSTALLED, type Need } from "./needs.ts";
import { until } from "./waiting.ts";

/** The addresses in the neighbourhood; those of RFC 5737 and RFC 3849. */
export const NEAR = {
  address: "192.0.2.1",
  ipv6: "2001:db8::1",
  mac: "00:00:5e:00:53:01",
} as const;
/** The far host, which is the near one's gateway. */
export const FAR = { address: "192.0.2.2", ipv6: "2001:db8::2", mac: "00:00:5e:00:53:02" } as const;
/** An address that nobody has. */
export const NOBODY = "192.0.2.7";
/** An address whose MAC was set by hand. */
export const FIXED = { address: "192.0.2.9", mac: "00:00:5e:00:53:09" } as const;
/** The near host's interface. */
export const INTERFACE = "near0";

async function sh(script: string): Promise<{ success: boolean; stderr: string }> {
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-ec", script],
    env: { PATH: `${Deno.env.get("PATH")}:/usr/sbin:/sbin` },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return { success, stderr: new TextDecoder().decode(stderr) };
}

/** Network namespaces: they take Linux, root and iproute2. */
export async function namespaces(): Promise<Need> {
  return { what: "network namespaces", isHere: ALL_INSTALLED || await canMakeNamespaces() };
}

async function canMakeNamespaces(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const name = `netkit-try-${Deno.pid}`;
  const { success } = await sh(`
    trap 'ip netns del ${name}' EXIT
    ip netns add ${name}
    ip -n ${name} link add a0 type veth peer name b0
    ip netns exec ${name} true`);
  return success;
}

/** The neighbourhood; disposing of it removes it. */
export class Neighbourhood {
  readonly near: string;
  readonly far: string;

  private constructor(name: string) {
    this.near = `${name}-near`;
    this.far = `${name}-far`;
  }

  /** Makes one, in which the near host knows its neighbours: a gateway, nobody, and a fixed one. */
  static async make(): Promise<Neighbourhood> {
    const made = new Neighbourhood(`netkit-${crypto.randomUUID().slice(0, 8)}`);
    const { near, far } = made;
    try {
      await made.run(`
        ip netns add ${near}
        ip netns add ${far}
        ip -n ${near} link add ${INTERFACE} address ${NEAR.mac} type veth \
          peer name far0 address ${FAR.mac} netns ${far}
        ip -n ${near} address add ${NEAR.address}/24 broadcast + dev ${INTERFACE}
        ip -n ${near} address add ${NEAR.ipv6}/64 dev ${INTERFACE} nodad
        ip -n ${far} address add ${FAR.address}/24 dev far0
        ip -n ${far} address add ${FAR.ipv6}/64 dev far0 nodad
        ip -n ${near} link set lo up
        ip -n ${near} link set ${INTERFACE} up
        ip -n ${far} link set far0 up
        # The kernel forgets whom it has given up, and what is stale, where all networks of the machine together
        # have many neighbours: here it goes on asking, and forgets nothing.
        ip netns exec ${near} sh -ec 'cd /proc/sys/net
          echo 1000 >ipv4/neigh/${INTERFACE}/mcast_solicit
          for each in ipv4 ipv6; do echo 100000 >$each/neigh/${INTERFACE}/gc_stale_time; done'
        ip -n ${near} route add default via ${FAR.address}
        ip -n ${near} -6 route add default via ${FAR.ipv6} dev ${INTERFACE}
        ip -n ${near} neigh add ${FIXED.address} lladdr ${FIXED.mac} nud permanent dev ${INTERFACE}
      `);
      for (const address of [FAR.address, FAR.ipv6, NOBODY]) await made.send(address);
      await made.known(FAR.address);
      await made.known(FAR.ipv6);
      return made;
    } catch (error) {
      await made[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Sends a datagram from the near host. */
  async send(address: string): Promise<void> {
    await this.run(`ip netns exec ${this.near} bash -c 'echo >/dev/udp/${address}/9'`);
  }

  /** Resolves when the near host knows the MAC address of `address`. */
  async known(address: string): Promise<void> {
    const known = `ip -n ${this.near} neigh show ${address} | grep -q lladdr`;
    await until(async () => (await sh(known)).success, () => `${address} does not answer`);
  }

  /** Runs a script of the shell as root. */
  async run(script: string): Promise<void> {
    const { success, stderr } = await sh(script);
    if (!success) throw new Error(stderr);
  }

  /** Returns the words of a command that runs `words` on the near host. */
  inside(words: readonly string[]): string[] {
    return ["ip", "netns", "exec", this.near, ...words];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await sh(`ip netns del ${this.near} || true; ip netns del ${this.far}`);
  }
}
