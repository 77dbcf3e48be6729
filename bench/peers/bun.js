/**
 * Bun's own sockets: bun bun.js PORT
 *
 * A character that two chunks share is lost in it.
 */

/** Writes what the socket takes; the rest waits for `drain`, and so does reading. */
function send(socket, bytes) {
  const written = socket.write(bytes);
  if (written === bytes.length) return;
  socket.data.rest = bytes.subarray(Math.max(written, 0));
  socket.pause();
}

globalThis.Bun.listen({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  allowHalfOpen: true,
  socket: {
    open(socket) {
      socket.data = { rest: null, ended: false };
    },
    data(socket, data) {
      const answer = Buffer.from(data.toString().toUpperCase());
      const { rest } = socket.data;
      if (rest === null) send(socket, answer);
      else socket.data.rest = Buffer.concat([rest, answer]);
    },
    drain(socket) {
      const { rest, ended } = socket.data;
      if (rest === null) return;
      socket.data.rest = null;
      send(socket, rest);
      if (socket.data.rest !== null) return;
      socket.resume();
      if (ended) socket.end();
    },
    end(socket) {
      if (socket.data.rest === null) socket.end();
      else socket.data.ended = true;
    },
  },
});
