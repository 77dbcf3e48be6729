/**
 * The list of what `--set` can set in a frame (`--set help`).
 *
 * @module
 */
import { formatTable } from "../text/layout.ts";
import { buildTable, type Wanted } from "../packet/encode.ts";
import { type FieldSpec, isNumeric } from "../packet/field.ts";
import { protocolNamed } from "../packet/protocols.ts";
import { partsOf } from "../packet/field_parts.ts";
import { shortName } from "./field_setting.ts";
import { OPTION_SETTINGS } from "./option_settings.ts";
import { otherNames } from "./other_names.ts";
import type { TextStyle } from "./text.ts";
import { t, translate } from "../text/messages.ts";

/** Returns the list: the fields of each header with their values, then other names. */
export function settableText(layers: readonly Wanted[], { bold, columns }: TextStyle): string {
  const names = [...new Set(layers.map(({ name }) => name))];
  const fields = names.flatMap((name) => buildTable(name).fields.map((each) => each.name));
  const parts = names.map((name) =>
    `${bold(shortName(name))}\n${formatTable(rowsOf(name), columns)}`
  );
  const others = otherNames(fields).map(([name, sets]) => [name, t`sets ${sets}`]);
  if (others.length > 0) parts.push(`${bold(t`other names`)}\n${formatTable(others, columns)}`);
  return parts.join("\n");
}

function rowsOf(name: string): string[][] {
  const computed = computedNames(name);
  const fields = buildTable(name).fields.map((spec) => [
    spec.name,
    valueWords(spec),
    computed.has(spec.name)
      ? t`computed unless set; ${translate(spec.about)}`
      : translate(spec.about),
  ]);
  const parts = partsOf(name).map(([part, bits]) => [part, `0-${2 ** bits - 1}`, ""]);
  const options = name === "tcp"
    ? Object.values(OPTION_SETTINGS).map((spec) => [spec.name, valueWords(spec), t`an option`])
    : [];
  return [...fields, ...parts, ...options];
}

/** Returns the fields of a header that are computed unless they are set. */
function computedNames(name: string): ReadonlySet<string> {
  const { build } = protocolNamed(name);
  return new Set([
    ...build?.announces === undefined ? [] : [build.announces.field],
    ...Object.keys(build?.lengths?.(0, 0) ?? {}),
    `${name}.checksum`,
  ]);
}

/** Returns the words for what a field can be. */
function valueWords(spec: FieldSpec): string {
  switch (spec.form) {
    case "mac":
      return t`MAC address`;
    case "ipv4":
      return "IPv4 address";
    case "ipv6":
      return "IPv6 address";
    case "flags":
      return t`SYN,ACK or 0-0xfff`;
  }
  if (!isNumeric(spec)) {
    return spec.bits === 0 ? t`hex digits` : t`${spec.bits / 8} bytes of hex digits`;
  }
  const { bits, unit = 1 } = spec;
  const most = (2 ** bits - 1) * unit;
  if (spec.form === "hex") return `0-0x${most.toString(16)}`;
  return unit === 1 ? `0-${most}` : t`0-${most} in steps of ${unit}`;
}
