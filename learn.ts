/**
 * `netkit learn`: lessons on one's own packets.
 *
 * @module
 */
import { type Command, command } from "./cli/command.ts";
import { documentationOf } from "./cli/record.ts";
import { check, GROUPS, OPTIONS } from "./learn/options.ts";

/** The command `learn`. */
export const learn: Command = command({
  name: "learn",
  description: [
    "Each lesson is a few steps: sentences, a command of netkit that is really run, and a question " +
    "whose answer is computed from that very run. Where this machine may not capture packets, a " +
    "capture that comes with netkit takes the place, and the lesson says so. Without a LESSON it lists " +
    "them. The place in a lesson is kept (in $XDG_STATE_HOME/netkit, ~/.local/state/netkit or " +
    "%LOCALAPPDATA%\\netkit).",
    "--lab makes hosts on this machine (network namespaces of Linux, as root) with a router and wires " +
    "between them that are netkit's own, and plays lessons of their own in them: the question of ARP, a " +
    "close in four segments, loss, reordering, a simultaneous close, a router. Without a LESSON it goes through " +
    "those that are not done. When netkit ends, however it does, nothing of it is left.",
  ],
  operands: [{ name: "LESSON", summary: "the number of a lesson, or its name" }],
  options: OPTIONS,
  groups: GROUPS,
  examples: [
    { line: "netkit learn", says: "the lessons" },
    { line: "netkit learn 1", says: "start, or go on" },
    { line: "netkit learn handshake --from 1", says: "from its beginning" },
    { line: "netkit learn subnets --seed 7 --report mine.json", says: "the exercises of a class" },
    { line: "netkit learn 7 --sheet handshake.html", says: "a lesson on paper" },
    { line: "sudo netkit learn --lab", says: "hosts and wires on this machine" },
  ],
  habits: () => import("./learn/habits.ts"),
  fields: async () => documentationOf((await import("./learn/report.ts")).FIELDS),
  permissions: [
    "-A, as for the commands that it runs",
  ],
  check({ options, operands }) {
    check(options, operands);
  },
  async run({ options, operands }, io) {
    check(options, operands);
    const { learnInLab, learnLesson, listLessons } = await import("./learn/run.ts");
    const [name] = operands;
    try {
      if (options.lab && !options.list) return await learnInLab(name, options, io);
      return name === undefined
        ? await listLessons(options, io)
        : await learnLesson(name, options, io);
    } catch (error) {
      io.stop.throwIfAborted(); // Ctrl-C in a terminal ends the child processes, too: they have failed by that
      throw error;
    }
  },
});
