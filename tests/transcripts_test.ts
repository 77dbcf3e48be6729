/**
 * The transcripts in the pages for users: each command is run, and says what the page shows. Those in
 * Chinese, and the bundle, have their turn in `transcripts_matrix_test.ts`.
 *
 * @module
 */
import { ENGLISH } from "./pages.ts";
import { netkitIn, testTranscripts } from "./transcripts.ts";

testTranscripts("in English are true", ENGLISH, () => netkitIn("en"));
