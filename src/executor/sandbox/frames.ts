/** A message to the keeper: four bytes of length (big-endian), then JSON. */
export function encodeFrame(message: object): Uint8Array {
  const body = Buffer.from(JSON.stringify(message));
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, 4);
  return frame;
}

/** Puts the keeper's messages together again, whatever pieces they arrive in. */
export function frameReader<T>(heard: (message: T) => void): (piece: Uint8Array) => void {
  let pieces: Uint8Array[] = [];
  let held = 0;
  let wanted = 4;
  return (piece) => {
    pieces.push(piece);
    held += piece.length;
    if (held < wanted) return;
    let rest = Buffer.concat(pieces);
    while (rest.length >= 4) {
      const end = 4 + rest.readUInt32BE(0);
      if (rest.length < end) break;
      heard(JSON.parse(rest.toString("utf8", 4, end)) as T);
      rest = rest.subarray(end);
    }
    wanted = rest.length >= 4 ? 4 + rest.readUInt32BE(0) : 4;
    pieces = rest.length > 0 ? [rest] : [];
    held = rest.length;
  };
}
