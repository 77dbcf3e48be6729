/**
 * Calls of one side of a conversation, as lines of a log.
 *
 * @module
 */
import type { LogForm } from "../cli/command.ts";
import type { EventLog } from "../cli/event_log.ts";
import type { Io } from "../cli/io.ts";
import type { Call } from "./call_text.ts";

/** Resolves to the log of calls in `form` on standard error, `null` if there is to be none. */
export async function callLog(form: LogForm, io: Io): Promise<EventLog<Call> | null> {
  if (form === "none") return null;
  const [{ EventLog }, { describeCall }] = await Promise.all([
    import("../cli/event_log.ts"),
    import("./call_text.ts"),
  ]);
  return await EventLog.open<Call>(io, form, describeCall);
}
