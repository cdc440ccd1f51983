/** A dependency environment that cannot be had; the message is a sentence for the action's author. */
export class EnvironmentFailed extends Error {
  override readonly name = "EnvironmentFailed";
  readonly code = "environment_failed";
}
