/** An alert that rota.yaml names, so that it is known before it ever fired. */
export interface DeclaredAlert {
  readonly name: string;
  /** Name of the receiver that it is expected at. */
  readonly receiver: string;
  /** CEL over `alert`; undefined: the alert of that name. */
  readonly match: string | undefined;
}
