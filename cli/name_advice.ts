/**
 * Advice on a host name that does not resolve.
 *
 * @module
 */
import { t } from "../text/messages.ts";
import { nearest } from "./suggest.ts";

/** Names that no resolver knows: RFC 6761, sections 6.2, 6.4 and 6.5, and RFC 7686. */
const RESERVED = new Set(["invalid", "test", "example", "onion"]);

/** The words of resolvers for a name server that could not be asked (EAI_AGAIN of getaddrinfo). */
const NO_ANSWER = /temporary failure|try again|EAI_AGAIN/i;

/**
 * Returns what to do about `name`, which did not resolve.
 *
 * @param message The message of the resolver.
 * @param text The argument in which the name stands; the name alone if not given.
 */
export function adviseOnName(name: string, message: string, text: string = name): string {
  const meant = nearest(name, ["localhost"]);
  if (meant !== null) return t`did you mean ${text.replace(name, meant)}?`;
  const top = name.toLowerCase().replace(/\.$/, "").split(".").at(-1)!;
  if (RESERVED.has(top)) {
    return t`names in .${top} are for no host, for good: give another, or an address`;
  }
  if (top === "local") {
    return t`names in .local are those of mDNS: give an address if that is not set up`;
  }
  if (NO_ANSWER.test(message)) {
    return t`no name server has answered: give an address, or mend the network`;
  }
  return t`no hosts file and no DNS has it: check its spelling, or give an address`;
}
