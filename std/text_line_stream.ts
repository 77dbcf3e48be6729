/**
 * `TextLineStream` of `@std/streams/text-line-stream`.
 *
 * @module
 */
import { TextLineStream as Untyped } from "deno-std/streams/text_line_stream.js";

/** The constructor of `TextLineStream`. */
export type TextLineStreamConstructor = new (
  options?: { readonly allowCR?: boolean },
) => TransformStream<string, string>;

/** A transform stream from text in any cut to lines, without their LF or CRLF. */
export const TextLineStream: TextLineStreamConstructor = Untyped;
