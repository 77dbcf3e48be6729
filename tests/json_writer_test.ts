import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { formatJson } from "../cli/json.ts";
import { addRecord, Records } from "../cli/json_writer.ts";
import { type Field, recordOf } from "../cli/record.ts";
import { TextBuffer } from "../text/text_buffer.ts";
import { SEED } from "./seed.ts";

/** Returns a table of the keys of `value`. */
function tableOf(value: object): Field<Record<string, unknown>>[] {
  return Object.keys(value).map((name) => ({
    name,
    type: "anything",
    says: "anything",
    of: (record) => Object.hasOwn(record, name) ? record[name] : undefined, // not `valueOf` of any object
  }));
}

/** Values of JSON, and those that it does not have. */
const values = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(undefined, null, true, "", "ip.ttl", 0, -0, 64, NaN, 0.5, "\x7f\x9b\u202e"),
);

Deno.test(`addRecord() writes what formatJson() makes of the record, also inside of others (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), values), { maxLength: 4 }), (records) => {
      const inner = tableOf(records[0] ?? {});
      const rows: Field<typeof records>[] = [
        { name: "count", type: "number", says: "how many", of: ({ length }) => length },
        { name: "all", type: "array", says: "each", of: (all) => new Records(inner, all) },
        { name: "none", type: "array", says: "none", of: () => new Records(inner, []) },
      ];
      const text = new TextBuffer();
      addRecord(text, rows, records);
      const objects = records.map((record) => recordOf(inner, record));
      const expected = { count: records.length, all: objects, none: [] };
      const written = text.takeText();
      assertEquals(written, formatJson(expected));
      assertEquals(formatJson(recordOf(rows, records)), written);
    }),
    { seed: SEED, numRuns: 200 },
  );
});
