/**
 * Programs in Go, built for a lesson without the network, in the folder of the lesson.
 *
 * @module
 */
import { t } from "../text/messages.ts";
import type { Stage } from "./stage.ts";

/** Milliseconds that building may take: the first time Go compiles its own packages. */
const BUILDING = 600_000;

/**
 * Builds the program with the text `source`; resolves to its path, to `null` where Go is missing or fails,
 * which is said.
 *
 * @param name Its name, without `.go`.
 */
export async function buildGo(
  stage: Stage,
  name: string,
  source: string,
): Promise<string | null> {
  await stage.write(`${name}.go`, source);
  const env = {
    GOCACHE: await stage.path("go-cache"),
    GOPATH: await stage.path("go"),
    GOPROXY: "off",
    GOFLAGS: "-mod=mod",
    GOTOOLCHAIN: "local",
    CGO_ENABLED: "0",
  };
  const line = ["go", "build", "-o", name, `${name}.go`];
  const end = await stage.program(line, { env, limit: BUILDING });
  if (end?.code === 0) return await stage.path(name);
  await stage.note(end === null ? t`Go is not installed here.` : t`Go could not build it.`);
  return null;
}
