/** How much one bundle may be; the same when it is made and when it is accepted. Sizes in bytes. */
export interface BundleLimits {
  readonly entries: number;
  readonly totalSize: number;
  readonly fileSize: number;
  /** How many times a compressed file may grow; looked at only above `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

/**
 * Deflate cannot exceed 1032:1 by its own format, and an empty log file of zeros comes close; so the
 * ratio is watched only where the result is large enough to hurt.
 */
export const bundleLimits: BundleLimits = {
  entries: 10_000,
  totalSize: 256 * 1024 * 1024,
  fileSize: 128 * 1024 * 1024,
  ratio: 200,
  ratioFrom: 8 * 1024 * 1024,
};
