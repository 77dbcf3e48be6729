import { assertEquals } from "@std/assert";
import { ipinfo } from "../ipinfo.ts";
import { fakeIo, run } from "./fakes.ts";

/**
 * Exercises of public textbooks, courses and exams, with the answers that they print: the numbers of the
 * exercise as a command line, and the answer as columns of the result.
 */
interface Exercise {
  /** The book, course or page. */
  readonly source: string;
  /** The command line. */
  readonly line: string;
  /** The lines of a list that the command line reads, or of a file `routes`. */
  readonly list?: string;
  /** The columns of each line that the answer speaks of. */
  readonly columns?: readonly number[];
  /** The same by their names in a table with `--csv`. */
  readonly cells?: readonly string[];
  /** The answer. */
  readonly answer: readonly string[];
}

/** The plan of an exercise: networks only, in the order in which they are placed. */
const NETWORK = [0];

const ROUTES = `128.96.39.0/25 m0
128.96.39.128/25 m1
128.96.40.0/25 R2
192.4.153.0/26 R3
0.0.0.0/0 R4
`;

const EXERCISES: readonly Exercise[] = [
  {
    source: "谢希仁《计算机网络》4-09：十六进制 C22F1481 的点分十进制",
    line: "--form address 0xC22F1481",
    answer: ["194.47.20.129"],
  },
  {
    source: "谢希仁 4-20：按转发表查找下一跳",
    line: "--match routes 128.96.39.10 128.96.40.12 128.96.40.151 192.4.153.17 192.4.153.90",
    list: ROUTES,
    columns: [2],
    answer: ["m0", "R2", "R4", "R3", "R4"],
  },
  {
    source: "谢希仁 4-26：四个 /24 的最大可能聚合",
    line: "--merge 212.56.132.0/24 212.56.133.0/24 212.56.134.0/24 212.56.135.0/24",
    answer: ["212.56.132.0/22"],
  },
  {
    source: "谢希仁 4-27：208.128/11 是否包含 208.130.28/22",
    line: "--contains 208.130.28.0/22 208.128.0.0/11",
    columns: [1],
    answer: ["contains"],
  },
  {
    source: "谢希仁 4-28：哪个前缀和 2.52.90.140 匹配",
    line: "--contains 2.52.90.140 0.0.0.0/4 32.0.0.0/4 4.0.0.0/6 80.0.0.0/4",
    columns: [0, 1],
    answer: ["0.0.0.0/4 contains", "32.0.0.0/4 does", "4.0.0.0/6 does", "80.0.0.0/4 does"],
  },
  {
    source: "谢希仁 4-29：30.138.118.0/23，局域网 91、150、3、15 台",
    line: "--hosts 91,150,3,15 30.138.118.0/23",
    columns: NETWORK,
    answer: ["30.138.118.0/24", "30.138.119.0/25", "30.138.119.128/27", "30.138.119.160/29"],
  },
  {
    source: "谢希仁 4-30：192.77.33.0/24，八个局域网和广域网链路",
    line: "--hosts 50,10,30,10,30,30,30,2,2,2 192.77.33.0/24",
    columns: [1],
    answer: [
      "255.255.255.192",
      ...Array(4).fill("255.255.255.224"),
      ...Array(2).fill("255.255.255.240"),
      ...Array(3).fill("255.255.255.252"),
    ],
  },
  {
    source: "谢希仁 4-32：掩码 192.0.0.0、240.0.0.0、255.224.0.0、255.255.255.252 的前缀长度",
    line: "--form network 0.0.0.0/192.0.0.0 0.0.0.0/240.0.0.0 0.0.0.0/255.224.0.0 " +
      "0.0.0.0/255.255.255.252",
    answer: ["0.0.0.0/2", "0.0.0.0/4", "0.0.0.0/11", "0.0.0.0/30"],
  },
  {
    source: "谢希仁 4-35：140.120.84.24/20 的地址块",
    line: "--form network 140.120.84.24/20",
    answer: ["140.120.80.0/20"],
  },
  {
    source: "谢希仁 4-36：190.87.140.202/29 的地址个数",
    line: "--count 190.87.140.202/29",
    columns: [1, 2],
    answer: ["8 addresses"],
  },
  {
    source: "谢希仁 4-37：136.23.12.64/26 分成四个一样大的子网",
    line: "--split 4 136.23.12.64/26",
    answer: ["136.23.12.64/28", "136.23.12.80/28", "136.23.12.96/28", "136.23.12.112/28"],
  },
  {
    source: "CSDN 136348636：10、25、89、11 台主机",
    line: "--hosts 10,25,89,11 192.168.1.0/24",
    columns: NETWORK,
    answer: ["192.168.1.0/25", "192.168.1.128/27", "192.168.1.160/28", "192.168.1.176/28"],
  },
  {
    source: "CSDN 91763802：172.30.0.0/16 分成 5 个部门，取 8 个 /19",
    line: "--split 8 172.30.0.0/16",
    answer: [0, 32, 64, 96, 128, 160, 192, 224].map((octet) => `172.30.${octet}.0/19`),
  },
  {
    source: "ixiawen 664da428：全 0 和全 1 子网不可用，从 .32 开始",
    line: "--subnet-zero no --split /27 192.168.1.0/24",
    answer: [32, 64, 96, 128, 160, 192].map((octet) => `192.168.1.${octet}/27`),
  },
  {
    source: "Cisco 13788: in which subnet are 172.16.17.30/20 and 172.16.28.15/20",
    line: "--form network 172.16.17.30/20 172.16.28.15/20",
    answer: ["172.16.16.0/20", "172.16.16.0/20"],
  },
  {
    source: "Cisco 13788: VLSM of 204.15.5.0/24 for 14, 28, 2, 7 and 28 hosts",
    line: "--hosts netA:14,netB:28,netC:2,netD:7,netE:28 204.15.5.0/24",
    columns: [0, 8],
    answer: [
      "204.15.5.0/27 netB",
      "204.15.5.32/27 netE",
      "204.15.5.64/28 netA",
      "204.15.5.80/28 netD",
      "204.15.5.96/30 netC",
    ],
  },
  {
    source: "scribd 262120834: 192.168.12.0/24 for 50, 20, 20 hosts and two links",
    line: "--hosts 50,20,20,2,2 192.168.12.0/24",
    columns: NETWORK,
    answer: [
      "192.168.12.0/26",
      "192.168.12.64/27",
      "192.168.12.96/27",
      "192.168.12.128/30",
      "192.168.12.132/30",
    ],
  },
  {
    source: "CNAP 2.4.4: the mask of a link between two routers",
    line: "--hosts 2 192.168.1.0/24",
    columns: [1],
    answer: ["255.255.255.252"],
  },
  {
    source: "2012 年考研 408（CSDN 147961135）：180.80.77.55，掩码 255.255.252.0 的广播地址",
    line: "180.80.77.55/255.255.252.0",
    cells: ["broadcast"],
    answer: ["180.80.79.255"],
  },
  {
    source: "CSDN 147961135：192.199.170.82/27 和 211.83.32.130/25 的网络地址、广播地址、主机数",
    line: "192.199.170.82/27 211.83.32.130/25",
    cells: ["network", "broadcast", "usable"],
    answer: [
      "192.199.170.64/27 192.199.170.95 30",
      "211.83.32.128/25 211.83.32.255 126",
    ],
  },
  {
    source: "526net q275：192.168.2.0/24 平均分给四个部门，可用主机地址、广播地址、掩码",
    line: "--split 4 192.168.2.0/24",
    cells: ["netmask", "first", "last", "broadcast"],
    answer: [
      "255.255.255.192 192.168.2.1 192.168.2.62 192.168.2.63",
      "255.255.255.192 192.168.2.65 192.168.2.126 192.168.2.127",
      "255.255.255.192 192.168.2.129 192.168.2.190 192.168.2.191",
      "255.255.255.192 192.168.2.193 192.168.2.254 192.168.2.255",
    ],
  },
  {
    source: "软考网络工程师 2014 年 5 月（51CTO 7410265）：112.56.80.192/26 有几个主机地址",
    line: "112.56.80.192/26",
    cells: ["usable"],
    answer: ["62"],
  },
  {
    source: "软考网络工程师 2014 年 5 月：不属于 112.56.80.192/26 的地址",
    line: "--in 112.56.80.192/26 112.56.80.202 112.56.80.191 112.56.80.253 112.56.80.195",
    cells: ["input", "answer"],
    answer: [
      "112.56.80.202 true",
      "112.56.80.191 false",
      "112.56.80.253 true",
      "112.56.80.195 true",
    ],
  },
  {
    source: "软考网络工程师 2014 年 5 月：哪个是单播地址",
    line: "125.221.191.255/18 192.168.24.123/30 200.114.207.94/27",
    cells: ["role"],
    answer: ["broadcast", "broadcast", "host"],
  },
  {
    source: "lxf.net 47：202.119.110.0/24，总部 53、子公司 26、12、12 台",
    line: "--hosts 53,26,12,12 202.119.110.0/24",
    cells: ["netmask"],
    answer: [
      "255.255.255.192",
      "255.255.255.224",
      "255.255.255.240",
      "255.255.255.240",
    ],
  },
  {
    source: "infosec 72044: the first host of the third subnet with /21 of 172.16.0.0/16",
    line: "--split /21 --nth 3 172.16.0.0/16",
    cells: ["first"],
    answer: ["172.16.16.1"],
  },
  {
    source: "curioustab 52806: the subnet of 172.16.66.0/21",
    line: "172.16.66.0/21",
    cells: ["network", "broadcast"],
    answer: ["172.16.64.0/21 172.16.71.255"],
  },
  {
    source:
      "CCNA Practice Questions, 8.2: the summary of 172.16.0.0 to 172.16.3.0, the hosts of a /21",
    line: "--merge 172.16.0.0/24 172.16.1.0/24 172.16.2.0/24 172.16.3.0/24 172.20.0.0/21",
    cells: ["network", "usable"],
    answer: ["172.16.0.0/22 1022", "172.20.0.0/21 2046"],
  },
  {
    source: "questionai: the valid hosts of the network of 172.16.17.0/22",
    line: "--hosts 1000 172.16.17.0/22",
    columns: [0, 2, 4, 6],
    answer: ["172.16.16.0/22 172.16.16.1 .19.254 1022"],
  },
  {
    source:
      "RFC 950, 2.1 and RFC 1878: an old exam that forbids the zero subnet, 3 bits of a class C",
    line: "--subnet-zero no --hosts 30,30 192.168.1.0/24",
    columns: NETWORK,
    answer: ["192.168.1.32/27", "192.168.1.64/27"],
  },
];

for (const { source, line, list = "", columns, cells, answer } of EXERCISES) {
  Deno.test(`ipinfo ${line} answers as in ${source}`, async () => {
    const io = fakeIo({ files: { routes: list } });
    await run(ipinfo, [...(cells ? ["--csv"] : []), ...line.split(" ")], io);
    if (cells) {
      const [names, ...rows] = io.out().trimEnd().split("\r\n").map((row) => row.split(","));
      const found = rows.map((row) => cells.map((name) => row[names!.indexOf(name)]).join(" "));
      return assertEquals(found, [...answer]);
    }
    const lines = io.out().trimEnd().split("\n").filter((line) => !line.startsWith("network"));
    const found = columns
      ? lines.map((line) => line.split(/\s+/)).map((row) =>
        columns.map((column) => row[column]).join(" ")
      )
      : lines;
    assertEquals(found, [...answer]);
  });
}

Deno.test("ipinfo 172.16.17.0/22 says that it is an ordinary host", async () => {
  const io = fakeIo({ columns: 100 });
  await run(ipinfo, ["172.16.17.0/22"], io);
  const role = io.out().match(/^role +(.*)$/m)?.[1];
  assertEquals(role, "an ordinary host, number 256 of 1022: host bits are set");
});

const ROLES: [operand: string, role: string, number: string | null][] = [
  ["192.168.1.128/25", "network", null],
  ["192.168.1.255/25", "broadcast", null],
  ["192.168.1.129/25", "host", "1"],
  ["192.168.1.254/25", "host", "126"],
  ["192.168.1.0/31", "link", null],
  ["192.168.1.0/32", "single", null],
  ["2001:db8::/64", "anycast", null],
  ["2001:db8::ffff:ffff:ffff:ffff/64", "host", "18446744073709551615"],
];

for (const [operand, role, number] of ROLES) {
  Deno.test(`ipinfo ${operand} is told to be ${role} ${number ?? ""}`, async () => {
    const io = fakeIo();
    await run(ipinfo, ["--json", operand], io);
    const found = JSON.parse(io.out());
    assertEquals([found.role, found.host_number], [role, number]);
  });
}

Deno.test("ipinfo --hosts gives links a /30 and says so, --p2p 31 a /31, LANs of IPv6 a /64", async () => {
  const plan = async (...args: string[]) => {
    const io = fakeIo();
    await run(ipinfo, ["--json", ...args], io);
    const prefixes = io.out().trimEnd().split("\n").map((line) => JSON.parse(line).network.prefix);
    return [prefixes, io.err()];
  };
  const note = "a link between two routers has a /30, as in courses and exams; " +
    "--p2p 31 gives it a /31 (RFC 3021)\n";
  assertEquals(await plan("--hosts", "2,1", "10.0.0.0/24"), [[30, 30], note]);
  assertEquals(await plan("--hosts", "2,1", "--p2p", "31", "10.0.0.0/24"), [[31, 31], ""]);
  assertEquals(await plan("--hosts", "50", "10.0.0.0/24"), [[26], ""]);
  assertEquals(await plan("--hosts", "100", "2001:db8::/48"), [[64], ""]);
  assertEquals(await plan("--hosts", "lan:50,p2p:2", "2001:db8::/48"), [[64, 64], ""]);
  assertEquals(await plan("--hosts", "100,2", "--p2p", "31", "2001:db8::/48"), [[64, 127], ""]);
  assertEquals(await plan("--hosts", "100", "2001:db8::/112"), [[121], ""]);
});

for (
  const args of [
    "--hosts sales:60,human-resources:20,link:2 192.168.100.0/24",
    "--hosts sales:60,hr:20,link:2 192.168.100.0/24",
    "--hosts 60,20 192.168.100.0/24",
    "--split /26 192.168.100.0/24",
    "--split /28 255.255.255.0/24",
    "--split /18 255.255.0.0/16",
  ]
) {
  Deno.test(`ipinfo ${args} fits a terminal of 80 columns, and has every row`, async () => {
    const table = async (terminal: boolean) => {
      const io = fakeIo({ terminal, columns: 80 });
      await run(ipinfo, args.split(" "), io);
      return { lines: io.out().split("\n"), notes: io.err().split("\n"), text: io.out() };
    };
    const { lines, notes, text } = await table(true);
    assertEquals([...lines, ...notes].filter((line) => line.length > 80), []);
    const file = await table(false);
    for (const word of file.text.match(/[a-z-]{2,}|[0-9.]+\/[0-9]+/g)!) {
      assertEquals(text.includes(word), true, word);
    }
  });
}

Deno.test("ipinfo --split is a table on a terminal, and plain networks elsewhere", async () => {
  const io = fakeIo({ terminal: true });
  await run(ipinfo, ["--split", "2", "192.168.1.0/24"], io);
  assertEquals(io.out().split("\n").map((line) => line.split(/ {2,}/)), [
    ["network", "mask", "hosts", "broadcast", "usable"],
    ["192.168.1.0/25", "255.255.255.128", "192.168.1.1 - .126", ".127", "126"],
    ["192.168.1.128/25", "255.255.255.128", "192.168.1.129 - .254", ".255", "126"],
    [""],
  ]);
});
