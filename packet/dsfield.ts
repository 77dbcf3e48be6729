/**
 * The byte of IPv4 and IPv6 about the class of service and about congestion (RFC 2474, RFC 3168).
 *
 * @module
 */

/** The codes of explicit congestion notification (RFC 3168, section 5). */
export const ECN: Readonly<Record<number, string>> = {
  0: "not ECN-capable",
  1: "ECT(1)",
  2: "ECT(0)",
  3: "congestion experienced",
};

/** Differentiated services code points (IANA, DSCP). */
export const DSCP: Readonly<Record<number, string>> = {
  0: "default",
  8: "CS1",
  10: "AF11",
  12: "AF12",
  14: "AF13",
  16: "CS2",
  18: "AF21",
  20: "AF22",
  22: "AF23",
  24: "CS3",
  26: "AF31",
  28: "AF32",
  30: "AF33",
  32: "CS4",
  34: "AF41",
  36: "AF42",
  38: "AF43",
  40: "CS5",
  44: "voice admit",
  46: "expedited forwarding",
  48: "CS6",
  56: "CS7",
};
