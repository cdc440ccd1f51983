import { itemKey } from "../../core/plan/pair.ts";
import type { DesiredItem } from "../../core/plan/plan.ts";
import type { ItemSource } from "../ports.ts";

/** Bytes of bundles kept between preflight and upload; what does not fit is built a second time. */
const shelfSize = 64 * 1024 * 1024;

/** Builds bundles once where they fit into memory: preflight proves that they build, upload takes them off. */
export class BundleShelf {
  readonly #open: (item: DesiredItem) => ItemSource;
  readonly #kept = new Map<string, Uint8Array>();
  #size = 0;

  constructor(open: (item: DesiredItem) => ItemSource) {
    this.#open = open;
  }

  /** Builds one and keeps it where there is room. */
  async prepare(item: DesiredItem): Promise<void> {
    const bundle = await this.#open(item).bundle();
    if (this.#size + bundle.byteLength > shelfSize) return;
    this.#kept.set(itemKey(item), bundle);
    this.#size += bundle.byteLength;
  }

  /** The source of an item, its bundle taken from the shelf if it is there. */
  source(item: DesiredItem): ItemSource {
    const source = this.#open(item);
    return {
      bundle: async () => this.#kept.get(itemKey(item)) ?? (await source.bundle()),
      manifest: () => source.manifest(),
    };
  }
}
