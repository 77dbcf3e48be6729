/**
 * Services beside the commands: help, the manual page, completions.
 *
 * @module
 */

/** The usage of each service, and its purpose. */
export const SERVICES: readonly (readonly [usage: string, summary: string])[] = [
  ["help [COMMAND [json]]", "explain netkit, a command, or its fields in JSON"],
  ["man", "print the manual page, for man"],
  ["completions SHELL", "print completions for bash, zsh or fish"],
];

/** The words that are typed for the services, in the order of `SERVICES`. */
export const SERVICE_NAMES: readonly string[] = SERVICES.map(([usage]) => usage.split(" ", 1)[0]!);
