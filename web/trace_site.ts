/**
 * The page of a recording as a site: its files, and its stream of events.
 *
 * @module
 */
import type { Recording } from "./recording.ts";
import type { Site } from "./site.ts";
import { traceResources } from "./trace_resources.ts";
import { type RecordingFacts, writeRecording } from "./trace_stream.ts";

/**
 * Resolves to the page of `recording`, at the path `at`, which ends with a slash; `facts` tells what it is
 * at that moment.
 */
export async function traceSite(
  recording: Recording,
  facts: () => RecordingFacts,
  at: string = "/",
): Promise<Site> {
  const resources = new Map(
    [...await traceResources()].map(([name, resource]) => [`${at}${name}`, resource]),
  );
  return {
    resources,
    eventsFor({ path, query, fields }) {
      if (path !== `${at}events`) return null;
      const asked = new URLSearchParams(query);
      const connection = asked.get("conn");
      const last = fields.get("last-event-id") ?? asked.get("after");
      return (channel, stop) =>
        writeRecording(channel, recording, facts, {
          connection: connection !== null && /^\d{1,9}$/.test(connection)
            ? Number(connection)
            : null,
          last,
          stop,
        });
    },
  };
}
