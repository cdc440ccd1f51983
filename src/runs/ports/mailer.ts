/** A mail to one person. */
export interface Mail {
  /** An address without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The same for every attempt: mail programs show one of several copies. Letters, digits, - and _ only. */
  readonly id: string;
}

/** What became of a mail. `told` and `problem` are sentences without secrets. */
export type Mailed =
  | { readonly sent: true; readonly told: string }
  /** `again`: another try may go better. */
  | { readonly sent: false; readonly problem: string; readonly again: boolean };

export interface Mailer {
  /** Never rejects for what the mail server says. */
  send(mail: Mail, signal: AbortSignal): Promise<Mailed>;
}
