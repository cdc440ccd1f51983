const trailer = /(?:^|\n)managed-by: rota\/([^\n]{1,200})\s*$/;

/**
 * A description as it travels: its last line names the scope that owns the action, because a plain
 * OpenObserve keeps neither labels nor owners.
 */
export const withTrailer = (description: string, scope: string | undefined): string =>
  scope === undefined
    ? description
    : `${description}${description === "" ? "" : "\n"}managed-by: rota/${scope}`;

/**
 * A description off the wire: the text itself, and the scope that its last line names. Line ends become LF:
 * a multipart form carries every one as CRLF, whatever was put into it.
 */
export function splitTrailer(sent: string): { description: string; managedBy: string | undefined } {
  const text = sent.replace(/\r\n?/g, "\n");
  const found = trailer.exec(text);
  return found === null
    ? { description: text, managedBy: undefined }
    : { description: text.slice(0, found.index), managedBy: found[1] };
}
