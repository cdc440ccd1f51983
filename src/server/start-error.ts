/** Why the server cannot start, and what to do: a sentence for whoever starts it. */
export class StartError extends Error {
  override readonly name = "StartError";
}
