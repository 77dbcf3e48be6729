#!/usr/bin/env node
/**
 * `netkit` as npm installs it: starts the program of this package with the Deno that npm has installed
 * beside it. It stands between the caller and Deno, so it passes signals on and ends as Deno ends.
 */
"use strict";

const { spawn } = require("node:child_process");
const { openSync } = require("node:fs");
const { join } = require("node:path");
// Deno is not to look for configurations, which it would do in the caller's project, too.
const { unstable } = require("./program/deno.json");

/** Exit code of a program that could not start, as netkit has it. */
const CANNOT_START = 2;

/** Signals that the caller may send to end or to ask the program. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH"];

/** Signals that a terminal sends to every process in front of it: Deno gets them by itself. */
const OF_TERMINAL = new Set(["SIGINT", "SIGQUIT", "SIGWINCH"]);

/** Returns the path of Deno. Its package's own command cannot pass signals on: it would leave Deno behind. */
function findDeno() {
  return require("deno/install_api.cjs").runInstall();
}

function hasTerminal() {
  try {
    openSync("/dev/tty", "r");
    return true;
  } catch {
    return false;
  }
}

function fail(reason, hint) {
  process.stderr.write(`netkit: ${reason}\n  ${hint}\n`);
  process.exitCode = CANNOT_START;
}

function start(deno) {
  const program = join(__dirname, "program", "main.js");
  const words = [
    "run",
    "--allow-all",
    "--quiet",
    "--no-config",
    "--no-lock",
    "--node-modules-dir=none",
    ...unstable.map((name) => `--unstable-${name}`),
  ];
  const child = spawn(deno, [...words, program, ...process.argv.slice(2)], { stdio: "inherit" });
  const terminal = hasTerminal();
  const passed = SIGNALS.filter((signal) => process.platform !== "win32" || signal === "SIGINT");
  for (const signal of passed) {
    process.on(signal, () => {
      const comesAnyway = process.platform === "win32" || terminal && OF_TERMINAL.has(signal);
      if (!comesAnyway) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    fail(`Deno cannot be started: ${error.message}`, `it is ${deno}; npm rebuild deno may mend it`);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) return process.exit(code);
    for (const name of passed) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

try {
  start(findDeno());
} catch (error) {
  const [reason] = error.message.split("\n");
  fail(
    `Deno is not installed here: ${reason}`,
    "npm leaves it out with --omit=optional, and there is none for Alpine (musl): install it again without that, or use a binary",
  );
}
