/**
 * The small deliberate bugs that the tests must find. Each is one that a user could notice; when a text
 * below has changed in the sources, take another bug of the same kind.
 *
 * @module
 */
import type { Mutation } from "./mutation.ts";
import { COMMAND_MUTATIONS } from "./mutations_commands.ts";
import { NET_MUTATIONS } from "./mutations_net.ts";
import { PACKET_MUTATIONS } from "./mutations_packet.ts";

/** All bugs. */
export const MUTATIONS: readonly Mutation[] = [
  ...PACKET_MUTATIONS,
  ...NET_MUTATIONS,
  ...COMMAND_MUTATIONS,
];
