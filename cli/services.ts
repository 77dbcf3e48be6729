/**
 * What `main.ts` understands beside the commands.
 *
 * @module
 */

/** How each is called, and what it does. */
export const SERVICES: readonly (readonly [usage: string, summary: string])[] = [
  ["help [COMMAND]", "explain netkit, or one command"],
  ["man", "print the manual page, for man"],
  ["completions SHELL", "print completions for bash, zsh or fish"],
];

/** Their names. */
export const SERVICE_NAMES: readonly string[] = SERVICES.map(([usage]) => usage.split(" ", 1)[0]!);
