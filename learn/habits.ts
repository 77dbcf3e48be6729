/**
 * Options of other teaching programs and of netkit's other commands that are typed into `netkit learn`.
 *
 * @module
 */
import type { HabitRows } from "../cli/habits.ts";

/** The advice on each. */
export const HABITS: HabitRows = [
  ["-l --lessons --ls", "write --list"],
  ["-n= -l= --lesson= --start= --chapter=", "the lesson is the operand: write {1}"],
  ["-l -u -z -n --udp --tcp --check", "a lesson chooses the commands that it runs: leave it out"],
  ["-w= -i= -r= -p= --port= --read= --interface=", "a lesson chooses its packets: leave it out"],
  ["--step= --begin= --goto=", "write --from"],
  ["--reset --restart --again --first", "from its beginning: write --from 1"],
  ["-a --all --solutions --solution", "write --answers"],
  ["--print= --html= --pdf= --paper=", "write --sheet"],
  ["--log= --results= --score=", "write --report"],
];
