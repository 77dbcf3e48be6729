/**
 * Lesson "subnets": the bits of a network, and those of its hosts.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import type { Stage } from "../stage.ts";

/** A network as `netkit ipinfo --json` prints it, as far as it is asked about. */
interface Network {
  /** Its first address. */
  readonly address: string;
  /** The length of the prefix. */
  readonly prefix: number;
  /** Its last address. */
  readonly broadcast: string;
  /** The number of addresses. */
  readonly addresses: string;
  /** Those that hosts can have. */
  readonly usable: string;
  /** The first and the last of these. */
  readonly first: string;
  readonly last: string;
}

/** An exercise: an address with its prefix, and what netkit says of its network. */
interface Exercise extends Network {
  /** The host and the prefix, `192.168.7.130/26`. */
  readonly host: string;
  /** The bits that the prefix leaves for hosts. */
  readonly bits: number;
}

/** An address with its prefix as `netkit ipinfo --json` prints it, as far as it is asked about. */
interface Host {
  /** Both, as they were given. */
  readonly input: string;
  /** Its network. */
  readonly network: Network;
}

/** A network of a plan, as `netkit ipinfo --hosts --json` prints it, as far as it is asked about. */
interface Planned extends Host {
  /** The hosts for which it is meant. */
  readonly hosts: string;
}

/** A plan for the people and the phones of an office. */
interface Plan {
  /** The network of the office. */
  readonly office: string;
  /** The network of the people. */
  readonly people: Planned;
  /** The network of the phones. */
  readonly phones: Planned;
}

/** Shows a plan for other numbers; resolves to that of the exercise. */
async function plan(stage: Stage): Promise<Plan> {
  const { random } = stage;
  const hosts = `${random.integer(70, 120)},${random.integer(18, 28)}`;
  const office = `192.168.${random.integer(2, 200)}.0/24`;
  const [people, phones] = await stage.json<Planned>(["ipinfo", "--hosts", hosts, office]);
  await stage.run(["ipinfo", "--hosts", "50,30,10", "192.168.1.0/24"]);
  return { office: people!.input, people: people!, phones: phones! };
}

async function exercise(stage: Stage): Promise<Exercise> {
  const prefix = stage.random.integer(25, 28);
  const size = 2 ** (32 - prefix);
  const base = size * stage.random.integer(1, 256 / size - 1);
  const last = base + stage.random.integer(2, size - 3);
  const host = `192.168.${stage.random.integer(2, 200)}.${last}/${prefix}`;
  const [found] = await stage.json<Host>(["ipinfo", host]);
  const { input, network } = found!;
  return { ...network, host: input, bits: Math.log2(Number(network.addresses)) };
}

/** Returns the address of `host` with another last octet. */
function withLast(host: string, octet: number): string {
  return `${host.slice(0, host.lastIndexOf("."))}.${octet}`;
}

/** The lesson. */
export const subnets: Lesson = {
  name: "subnets",
  title: () => t`Subnets`,
  steps: [
    step({
      says: () => [
        t`The first bits of an address name the network, the others the host in it. /24 says that there
        are 24 bits for the network; a netmask says the same with ones and zeros: 255.255.255.0. The bar
        in the output is the border.`,
      ],
      run: async (stage) => {
        const found = await exercise(stage);
        await stage.run(["ipinfo", `192.168.1.130/${found.prefix}`]);
        return found;
      },
      asks: {
        text: ({ prefix }) => t`How many bits of a /${prefix} are left for hosts?`,
        answer: ({ bits }) => [`${bits}`],
        rule: () => t`An address has 32 bits.`,
        mistakes: ({ prefix, addresses }) => [
          { given: `${prefix}`, hint: t`Those are the bits of the network.` },
          { given: addresses, hint: t`That is how many addresses they make.` },
        ],
        why: ({ prefix, bits, addresses }) =>
          t`32 − ${prefix} = ${bits} bits, which make ${addresses} addresses.`,
      },
    }),
    step({
      says: () => [
        t`The first address of a network, all bits of the host zero, is the name of the network. The
        last one, all ones, is the broadcast address: for everybody in it.`,
      ],
      run: (stage) => exercise(stage),
      asks: {
        text: ({ host }) => t`Which network is ${host} in?`,
        answer: ({ address, prefix }) => [`${address}/${prefix}`, address],
        rule: ({ prefix, addresses }) =>
          t`Networks with /${prefix} begin at multiples of ${addresses}: the largest one that is not
          above the host.`,
        mistakes: ({ broadcast, first, host, prefix }) => [
          { given: broadcast, hint: t`That is the broadcast address, the last one.` },
          {
            given: `${broadcast}/${prefix}`,
            hint: t`That is the broadcast address, the last one.`,
          },
          { given: first, hint: t`That is the first host. The network is one before.` },
          { given: host.split("/")[0]!, hint: t`That is the host itself.` },
          {
            given: withLast(host, 0),
            hint: t`That would be so with /24. Here the border is inside of the last octet.`,
          },
        ],
        why: ({ host, address, prefix }) =>
          t`${address}/${prefix}. ${`netkit ipinfo --explain ${host}`} shows the steps.`,
      },
    }),
    step({
      says: () => [t`The same for the other end of a network:`],
      run: (stage) => exercise(stage),
      asks: {
        text: ({ host }) => t`What is the broadcast address of the network of ${host}?`,
        answer: ({ broadcast }) => [broadcast],
        rule: ({ addresses }) => t`The network's address and ${addresses}, less one.`,
        mistakes: ({ address, last, host }) => [
          { given: address, hint: t`That is the network, the first address.` },
          { given: last, hint: t`That is the last host. The broadcast address is one behind.` },
          {
            given: withLast(host, 255),
            hint: t`That would be so with /24. Here the network ends before.`,
          },
        ],
        why: ({ address, broadcast }) => t`The network goes from ${address} to ${broadcast}.`,
      },
    }),
    step({
      says: () => [t`How many hosts have room in a network?`],
      run: (stage) => exercise(stage),
      asks: {
        text: ({ prefix }) => t`How many hosts can a /${prefix} have?`,
        answer: ({ usable }) => [usable],
        rule: () => t`All addresses but two.`,
        mistakes: ({ addresses, usable }) => [
          { given: addresses, hint: t`Two of these are no hosts: the first one and the last one.` },
          { given: `${Number(usable) + 1}`, hint: t`One more is none: the first or the last one.` },
        ],
        why: ({ usable, addresses }) =>
          t`${addresses} less the network's own address and the broadcast address are ${usable}.`,
      },
    }),
    step({
      says: () => [
        t`A network is divided by giving more bits to the network. The plan of an office begins with the
        largest part: so each one begins at a multiple of its own size. This is a plan for 50 people, 30
        phones and 10 printers.`,
      ],
      run: plan,
      asks: {
        text: ({ office, people, phones }) =>
          t`${office} is for ${people.hosts} people and ${phones.hosts} phones, each part no larger than it
          must be. Which network do the phones get?`,
        answer: ({ phones: { network } }) => [`${network.address}/${network.prefix}`],
        rule: ({ phones: { hosts } }) =>
          t`The people come first. A power of two that is at least ${hosts} + 2 is the size of the phones'
          network.`,
        mistakes: ({ people, phones: { network: { address, prefix }, hosts } }) => [
          { given: address, hint: t`With which prefix?` },
          {
            given: `${people.network.address}/${prefix}`,
            hint: t`There the network of the people begins: the larger one comes first.`,
          },
          {
            given: `${address}/${people.network.prefix}`,
            hint: t`So many addresses are for the people. The phones need fewer.`,
          },
          {
            given: `${address}/${prefix - 1}`,
            hint: t`Half of it is enough for ${hosts} phones.`,
          },
          {
            given: `${address}/${prefix + 1}`,
            hint: t`That is too small for ${hosts} phones: two addresses are no hosts.`,
          },
          {
            given: `${withLast(address, Number(people.hosts) + 1)}/${prefix}`,
            hint: t`A network begins at a multiple of its own size.`,
          },
        ],
        why: ({ office, people, phones: { network: { address, prefix }, hosts } }) =>
          t`${address}/${prefix}, behind the network of the people.
          ${`netkit ipinfo --hosts ${people.hosts},${hosts} ${office}`} shows the plan, --map a picture
          of it.`,
      },
    }),
  ],
};
