/**
 * The token in the fragment of the page's URL, which a server asks for that is not for this machine alone.
 *
 * A browser sends a fragment to nobody, and no log or `Referer` has it. The page takes it out of the
 * address, keeps it for this tab until that is closed, and sends it in a field of a request, or as a
 * subprotocol of a WebSocket, where no other field can be set.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />

/** The name under which a tab keeps the token. */
const KEY = "netkit-token";

/** Returns the token, empty if there is none. */
function readToken() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get("token");
  if (given === null) return keptToken();
  try {
    sessionStorage.setItem(KEY, given);
    fragment.delete("token");
    const rest = fragment.size === 0 ? "" : `#${fragment}`;
    history.replaceState(null, "", location.pathname + location.search + rest);
  } catch {
    // Without storage it stays in the address, or it would be lost when the page is loaded again.
  }
  return given;
}

function keptToken() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

/** The token, without characters that would break the head of a request. */
const token = readToken().replace(/[^\w-]/g, "");

/** Returns the fields of a request. @returns {Record<string, string>} */
export function fields() {
  return token === "" ? {} : { Authorization: `Bearer ${token}` };
}

/** Returns what the fragment of a link to a page of this server has to begin with. */
export function fragment() {
  return token === "" ? "#" : `#token=${token}&`;
}

/** Returns the subprotocols of a WebSocket: the server chooses `netkit`, and never names the other. */
export function protocols() {
  return token === "" ? [] : ["netkit", `netkit-token.${token}`];
}
