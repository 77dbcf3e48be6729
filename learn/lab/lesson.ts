/**
 * Steps of lessons that are played in the laboratory.
 *
 * @module
 */
import { type Question, type Step, step } from "../lesson.ts";
import { addressOf, type HostName } from "./lab.ts";
import { untilClosed } from "./segment.ts";
import { LabStage } from "./stage.ts";

/** The parts of a step in the laboratory. */
export interface LabStepParts<F> {
  /** Returns the paragraphs in front of the commands. */
  readonly says: () => readonly string[];
  /** Runs the commands; resolves to what the question is about. */
  readonly run: (stage: LabStage) => Promise<F>;
  /** The question. */
  readonly asks: Question<F>;
}

/** Returns a step; the type of the facts is that to which `run` resolves. */
export function labStep<F>({ says, run, asks }: LabStepParts<F>): Step {
  return step({
    says,
    run: async (stage) => {
      if (!(stage instanceof LabStage)) throw new Error("this step takes the laboratory");
      return await run(stage);
    },
    asks,
  });
}

/** The port of the servers: in a host of the laboratory each one is free. */
const PORT = 8000;

/** The ends of a conversation in the laboratory, and their options. */
export interface Conversation {
  /** The host of the client; a if not given. */
  readonly from?: HostName;
  /** The host of the server. */
  readonly to: HostName;
  /** Options of the client. */
  readonly client?: readonly string[];
  /** Options of the server. */
  readonly server?: readonly string[];
}

/** Lets a client on one host send `input` to a server on another one, until their connection is over. */
export async function converse(
  stage: LabStage,
  input: string,
  { from = "a", to, client = [], server = [] }: Conversation,
): Promise<void> {
  const endpoint = `${addressOf(to)}:${PORT}`;
  const closed = untilClosed(stage.lab.host(from).recording);
  await stage.at(to).serve(server, "", endpoint);
  const { code } = await stage.at(from).run(["client", ...client, endpoint], { input });
  if (code === 0) await stage.orStopped(closed);
}
