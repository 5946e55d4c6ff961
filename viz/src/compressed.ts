/** How data stands in a map file: gzip, written in base64, in which no character means anything to HTML. */

export const decoded = (base64: string): Uint8Array<ArrayBuffer> => {
  const binary = atob(base64.trim())
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}

export const inflated = (bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
