/**
 * Makes `server/upper_kernel_binary.ts` from the kernel's text form.
 *
 * @module
 */
import wabt from "wabt";

const TEXT = new URL("../server/upper_kernel.wat", import.meta.url);
const BINARY = new URL("../server/upper_kernel_binary.ts", import.meta.url);

/** Returns the source of `server/upper_kernel_binary.ts`. */
export async function kernelSource(): Promise<string> {
  const { parseWat } = await wabt();
  const module = parseWat("upper_kernel.wat", await Deno.readTextFile(TEXT), { simd: true });
  module.validate();
  const { buffer } = module.toBinary({});
  module.destroy();
  const lines = buffer.toBase64().match(/.{1,94}/g)!.map((line) => `  "${line}"`);
  return `/**
 * The upper-casing kernel as WebAssembly in base64: \`upper_kernel.wat\`, by \`deno task kernel\`.
 *
 * @module
 */

/** The WebAssembly module in base64. */
export const KERNEL: string =
${lines.join(" +\n")};
`;
}

if (import.meta.main) await Deno.writeTextFile(BINARY, await kernelSource());
