/**
 * The fields of `ipinfo --json`, documented.
 *
 * @module
 */
import type { JsonField } from "../cli/command.ts";
import { ADDRESS_FIELDS } from "./record.ts";

/** The fields of JSON: of an address, of an input that is none, and of other results. */
export const FIELDS: readonly JsonField[] = [
  ...ADDRESS_FIELDS,
  { name: "line", type: "number", says: "the line of the list; left out for an operand" },
  {
    name: "label",
    type: "string",
    says: "the name behind it in the list; left out if there is none",
  },
  {
    name: "error",
    type: "string",
    says: "the fault in the input; only input, line and at stand beside it",
  },
  {
    name: "at",
    type: "array of two numbers",
    says: "the place of the fault, in UTF-16 code units",
  },
  {
    name: "inputs",
    type: "array of objects",
    says: "with --merge: the inputs whose addresses it has, each with input, line and label",
  },
  { name: "first", type: "string", says: "with --as-ranges: the first address" },
  { name: "last", type: "string", says: "with --as-ranges: the last address" },
  {
    name: "found",
    type: "array of strings",
    says: "with --grep: the addresses in the line that are in FILE",
  },
  { name: "match", type: "string or null", says: "with --match: the longest prefix" },
  { name: "match_label", type: "string or null", says: "with --match: the name behind it in FILE" },
  {
    name: "addresses",
    type: "string",
    says: "with --count or --as-ranges: the number of addresses of a version, of a range",
  },
  { name: "ranges", type: "number", says: "with --count: the number of ranges that they are in" },
  { name: "free", type: "boolean", says: "with --map: whether none of the given ones is there" },
  { name: "hosts", type: "string", says: "with --hosts: the number of hosts asked for" },
  { name: "interface", type: "string", says: "without an operand: the interface of this machine" },
  { name: "mac", type: "string or null", says: "without an operand: the MAC address of it" },
  {
    name: "gateways",
    type: "array of strings",
    says: "without an operand: default gateways there",
  },
  {
    name: "temporary",
    type: "boolean or null",
    says: "without an operand: whether it is a temporary address (RFC 8981)",
  },
  {
    name: "steps",
    type: "array of strings",
    says: "with --explain: the steps, a sentence or two each",
  },
  { name: "name", type: "string or null", says: "with --hosts: the name of the network" },
  {
    name: "wasted",
    type: "string",
    says: "with --hosts: the number of usable addresses left over",
  },
  {
    name: "other",
    type: "string",
    says: "with --in, --contains or --overlaps: the network or list compared with",
  },
  { name: "answer", type: "boolean", says: "with --in, --contains or --overlaps: yes or no" },
  { name: "difference", type: "string", says: "with --calc: A - B" },
  { name: "zone", type: "string", says: "with --reverse-zones: the name of a zone" },
  {
    name: "parent",
    type: "string or null",
    says: "with --reverse-zones: the zone that points to it with CNAMEs (RFC 2317)",
  },
  {
    name: "generate",
    type: "string or null",
    says: "with --reverse-zones: the line of BIND in the parent that makes them",
  },
  { name: "reader", type: "string", says: "with --readers: a program that reads addresses" },
  {
    name: "cve",
    type: "string or null",
    says: "with --readers: the security hole that its reading was",
  },
];
