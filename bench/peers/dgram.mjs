/**
 * The plain way to serve datagrams with `node:dgram`, for Deno and Node: deno run -A dgram.mjs PORT
 */
import { createSocket } from "node:dgram";
import process from "node:process";

const socket = createSocket("udp4");
socket.on("message", (data, { address, port }) => {
  socket.send(data.toString().toUpperCase(), port, address);
});
socket.bind(Number(process.argv[2]), "127.0.0.1");
