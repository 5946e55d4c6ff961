/** Addresses and blocks as plain big integers, both families alike. Knows how they are written and nothing about who has them. */

export type Family = 4 | 6

/** A CIDR block with both ends included; a single address is a block of one. */
export interface Block {
  readonly family: Family
  readonly first: bigint
  readonly last: bigint
  readonly length: number
}

const known = new Map<string, Block>()

/** Reads `10.0.0.0/8`, `2001:db8::/32`, or a single address. Host bits are dropped, as AWS does. */
export const blockOf = (text: string): Block => {
  let block = known.get(text)
  if (block === undefined) known.set(text, (block = parse(text)))
  return block
}

export const addressOf = (text: string): bigint => blockOf(text).first

export const familyOf = (text: string): Family => (text.includes(':') ? 6 : 4)

export const within = (block: Block, family: Family, address: bigint): boolean =>
  block.family === family && block.first <= address && address <= block.last

export const withinAny = (blocks: readonly Block[], family: Family, address: bigint): boolean =>
  blocks.some((block) => within(block, family, address))

/** Text of an address; IPv6 without abbreviation, which is all that a trail needs. */
export const textOf = (family: Family, address: bigint): string => {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.')
  return Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 65535n).toString(16)).join(':')
}

const parse = (text: string): Block => {
  const [address = '', bits] = text.split('/')
  const family = familyOf(text)
  const width = family === 4 ? 32 : 128
  const length = bits === undefined ? width : Number(bits)
  const value = family === 4 ? parseV4(address) : parseV6(address)
  if (!Number.isInteger(length) || length < 0 || length > width) throw new Error(`no CIDR block: ${text}`)
  const hostBits = BigInt(width - length)
  const first = (value >> hostBits) << hostBits
  return { family, first, last: first + (1n << hostBits) - 1n, length }
}

const parseV4 = (text: string): bigint => {
  const parts = text.split('.')
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255))
    throw new Error(`no IPv4 address: ${text}`)
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n)
}

const parseV6 = (text: string): bigint => {
  const halves = text.split('::')
  const left = groupsOf(halves[0] ?? '')
  const right = halves.length > 1 ? groupsOf(halves[1] ?? '') : []
  const missing = 8 - left.length - right.length
  const groups = halves.length > 1 ? [...left, ...Array<bigint>(Math.max(0, missing)).fill(0n), ...right] : left
  if (halves.length > 2 || groups.length !== 8) throw new Error(`no IPv6 address: ${text}`)
  return groups.reduce((value, group) => value * 65536n + group, 0n)
}

const groupsOf = (text: string): bigint[] =>
  text === ''
    ? []
    : text.split(':').flatMap((part) => {
        if (part.includes('.')) {
          const embedded = parseV4(part)
          return [embedded >> 16n, embedded & 65535n]
        }
        if (!/^[0-9a-fA-F]{1,4}$/.test(part)) throw new Error(`no IPv6 group: ${part}`)
        return [BigInt(`0x${part}`)]
      })
