/**
 * A registry of npm on the loopback interface, which has what it was given and knows of nothing else.
 *
 * @module
 */
import type { Certificate } from "./certificates.ts";

/** A package as a registry has it. */
export interface Package {
  /** The contents of its package.json. */
  readonly manifest: { readonly name: string; readonly version: string };
  /** The archive, as `npm pack` makes it. */
  readonly tarball: Uint8Array<ArrayBuffer>;
}

/** A registry that answers until it is disposed of. */
export interface Registry extends AsyncDisposable {
  /** Its address, ending with a slash. */
  readonly url: string;
  /** The paths that were asked for, in that order. */
  readonly asked: readonly string[];
}

/** Resolves to the package in an archive. */
export async function readPackage(path: string): Promise<Package> {
  const { success, stdout } = await new Deno.Command("tar", {
    args: ["-xzOf", path, "package/package.json"],
  }).output();
  if (!success) throw new Error(`${path} has no package.json`);
  const manifest = JSON.parse(new TextDecoder().decode(stdout));
  return { manifest, tarball: await Deno.readFile(path) };
}

/** Starts a registry that has these packages; with a certificate it speaks HTTPS. */
export async function startRegistry(
  packages: readonly Package[],
  certificate: Certificate | null = null,
): Promise<Registry> {
  const answers = new Map<string, BodyInit>();
  const asked: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...certificate },
    (request) => {
      const path = decodeURIComponent(new URL(request.url).pathname);
      asked.push(path);
      const answer = answers.get(path);
      return answer === undefined ? new Response(null, { status: 404 }) : new Response(answer);
    },
  );
  const url = `${certificate === null ? "http" : "https"}://127.0.0.1:${server.addr.port}/`;
  for (const { manifest, tarball } of packages) {
    const { name, version } = manifest;
    const file = `${name}/-/${version}.tgz`;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", tarball)).toBase64();
    const dist = { tarball: `${url}${file}`, integrity: `sha512-${digest}` };
    const document = {
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { ...manifest, dist } },
    };
    answers.set(`/${name}`, JSON.stringify(document));
    answers.set(`/${file}`, tarball);
  }
  return { url, asked, [Symbol.asyncDispose]: () => server.shutdown() };
}
