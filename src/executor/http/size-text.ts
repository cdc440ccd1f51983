/** As in "340 bytes", "1.2 kB", "12 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(2))} ${["", "kB", "MB", "GB", "TB"][power]}`;
}
