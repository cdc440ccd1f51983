import { crc32, deflateRawSync } from "node:zlib";

/** One entry, with every lie that a hostile archive can tell. */
export interface Crafted {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** 8 by default. */
  readonly method?: number;
  readonly flags?: number;
  /** Unix mode with its type bits; 0o100644 by default. */
  readonly unixMode?: number;
  readonly madeBy?: number;
  readonly declaredSize?: number;
  readonly declaredCompressed?: number;
  readonly crc?: number;
  readonly localName?: string;
  readonly extra?: Uint8Array;
  /** Point at another entry's local header instead of writing one. */
  readonly sharesDataOf?: number;
}
export interface Envelope {
  readonly before?: Uint8Array;
  /** Add the length of `before` to every offset, as a self-extracting archive does. */
  readonly shifted?: boolean;
  readonly between?: Uint8Array;
  readonly after?: Uint8Array;
  readonly comment?: Uint8Array;
  readonly entries?: number;
  readonly directoryOffset?: number;
}

/** A zip archive written byte by byte (APPNOTE 4.3). */
export function craftZip(crafted: readonly Crafted[], envelope: Envelope = {}): Buffer {
  const before = Buffer.from(envelope.before ?? []);
  const shift = envelope.shifted === true ? before.length : 0;
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const item of crafted) {
    const name = Buffer.from(item.name as string);
    const content = Buffer.from((item.content as string | undefined) ?? "");
    const method = item.method ?? 8;
    const data = method === 8 ? deflateRawSync(content) : content;
    const shared = item.sharesDataOf === undefined ? undefined : offsets[item.sharesDataOf];
    const extra = Buffer.from(item.extra ?? []);
    const fields = Buffer.alloc(22);
    fields.writeUInt16LE(item.flags ?? 0x800, 0);
    fields.writeUInt16LE(method, 2);
    fields.writeUInt32LE((item.crc ?? crc32(content)) >>> 0, 8);
    fields.writeUInt32LE(item.declaredCompressed ?? data.length, 12);
    fields.writeUInt32LE(item.declaredSize ?? content.length, 16);
    const localName = Buffer.from(item.localName ?? name);
    if (shared === undefined) {
      const tail = Buffer.from(fields);
      tail.writeUInt16LE(localName.length, 20);
      local.push(Buffer.from("PK\x03\x04\x14\x00", "latin1"), tail, Buffer.from([0, 0]), localName, data);
    }
    offsets.push(shared ?? at);
    if (shared === undefined) at += 30 + localName.length + data.length;
    const rest = Buffer.alloc(16);
    rest.writeUInt16LE(extra.length, 0);
    rest.writeUInt32LE(((item.unixMode ?? 0o100644) << 16) >>> 0, 8);
    rest.writeUInt32LE((shared ?? offsets.at(-1)!) + shift, 12);
    fields.writeUInt16LE(name.length, 20);
    const head = Buffer.from([0x50, 0x4b, 1, 2, 20, item.madeBy ?? 3, 20, 0]);
    central.push(head, fields, rest, name, extra);
  }
  const directory = Buffer.concat(central);
  const between = Buffer.from(envelope.between ?? []);
  const comment = Buffer.from(envelope.comment ?? []);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(envelope.entries ?? crafted.length, 8);
  end.writeUInt16LE(envelope.entries ?? crafted.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(envelope.directoryOffset ?? at + shift, 16);
  end.writeUInt16LE(comment.length, 20);
  const after = Buffer.from(envelope.after ?? []);
  return Buffer.concat([before, ...local, directory, between, end, comment, after]);
}
