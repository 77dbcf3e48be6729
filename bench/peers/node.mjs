/**
 * Node's `net`, and `tls` when a certificate and its key are given: node node.mjs PORT|PATH [CERT KEY]
 *
 * A character that two chunks share is lost in it.
 */
import { readFileSync } from "node:fs";

const [where, certificate, key] = process.argv.slice(2);
const listen = where.startsWith("/") ? { path: where } : { host: "127.0.0.1", port: Number(where) };
const options = { allowHalfOpen: true, noDelay: true };

function answer(socket) {
  socket.on("data", (data) => {
    if (!socket.write(data.toString().toUpperCase())) socket.pause();
  });
  socket.on("drain", () => socket.resume());
  socket.on("end", () => socket.end());
  socket.on("error", () => socket.destroy());
}

if (certificate) {
  const { createServer } = await import("node:tls");
  const identity = { cert: readFileSync(certificate), key: readFileSync(key) };
  createServer({ ...options, ...identity }, answer).listen(listen);
} else {
  const { createServer } = await import("node:net");
  createServer(options, answer).listen(listen);
}
