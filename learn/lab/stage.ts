/**
 * Commands of netkit in the hosts of a laboratory: shown with the name of the host in front, as the prompt
 * of its shell would have it.
 *
 * @module
 */
import { abortable } from "@std/async/abortable";
import type { Io } from "../../cli/io.ts";
import type { Line } from "../command_line.ts";
import type { Dissected } from "../packet.ts";
import { Screen } from "../screen.ts";
import { Stage } from "../stage.ts";
import type { TraceRecord } from "../watched.ts";
import { addressOf, HOST_NAMES, type HostName, type Lab } from "./lab.ts";

/** A screen as it is used for the commands of a host. */
class HostScreen extends Screen {
  constructor(readonly screen: Screen, readonly host: HostName, readonly onShown: () => void) {
    super(screen.io);
  }

  override write(text: string): Promise<void> {
    return this.screen.write(text);
  }

  override async commandLine(text: string): Promise<void> {
    this.onShown();
    await this.prompted(this.host, text);
  }

  override gap(): Promise<void> {
    return Promise.resolve(); // the stage of all hosts has one at the end of a step
  }
}

/** Commands on this machine, and in the hosts of a laboratory on it. */
export class LabStage extends Stage {
  readonly #io: Io;
  readonly #hosts: ReadonlyMap<HostName, Stage>;

  /** Makes a stage for `lab`; without a `screen` nothing is shown. */
  constructor(io: Io, screen: Screen | null, seed: number, readonly lab: Lab) {
    super(io, screen, seed);
    this.#io = io;
    this.#hosts = new Map(HOST_NAMES.map((name) => {
      const { spawn } = lab.host(name);
      // Deno looks for a newer version of its own, and would ask the router for the way.
      const silently: Io["spawn"] = (program, args, how = {}) =>
        spawn(program, args, { ...how, env: { ...how.env, DENO_NO_UPDATE_CHECK: "1" } });
      const inside: Io = Object.create(io, { spawn: { value: silently } });
      const shown = screen && new HostScreen(screen, name, () => this.hasShown = true);
      return [name, new Stage(inside, shown, seed)];
    }));
  }

  /** Returns the commands of a host. */
  at(name: HostName): Stage {
    return this.#hosts.get(name)!;
  }

  /** Plays a step as `Stage` does, with wires in order and hosts that do not know each other. */
  override async step<T>(number: number, play: (stage: Stage) => Promise<T>): Promise<T> {
    await this.lab.forget();
    return await super.step(number, async (stage) => {
      const result = await play(stage);
      for (const host of this.#hosts.values()) await host.endServers();
      return result;
    });
  }

  /** Writes what has passed the first card of a host into the folder of the lesson; resolves to its name. */
  async capture(host: HostName): Promise<string> {
    const name = `${host}.pcap`;
    await this.write(name, this.lab.host(host).recording.file());
    return name;
  }

  /** Resolves as `promise` does; rejects with a `Stopped` after Ctrl-C. */
  async orStopped<T>(promise: Promise<T>): Promise<T> {
    return await abortable(promise, this.#io.stop);
  }

  /**
   * Shows packets that have passed a host as `netkit frame` does with `options`, or a part of that;
   * resolves to the packets.
   */
  async frame(
    host: HostName,
    options: readonly string[],
    part: Pick<Line, "head" | "tail"> = {},
  ): Promise<Dissected[]> {
    const args = ["frame", "-r", await this.capture(host), ...options];
    await this.run(args, part);
    return await this.json<Dissected>(args);
  }

  /** Shows the ladder of the connections of a host, with its state at each segment; resolves to its objects. */
  async ladder(host: HostName): Promise<TraceRecord[]> {
    this.recording = ["-r", await this.capture(host), "--at", addressOf(host)];
    await this.run(["trace", ...this.recording]);
    return await this.json<TraceRecord>(["trace", ...this.recording]);
  }

  /** Ends all that runs in the hosts. */
  override async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts.values()) await host[Symbol.asyncDispose]();
    await super[Symbol.asyncDispose]();
  }
}
