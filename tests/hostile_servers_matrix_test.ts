import { ATTACKS, testHostileServer } from "./hostile_servers.ts";

for (const attack of ATTACKS) testHostileServer(attack);
