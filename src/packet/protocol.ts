/** IP protocol numbers and their names, and the two ICMP numbers. Source: the IANA protocol numbers registry. */

export const TCP = 6
export const UDP = 17
export const ICMP = 1
export const ICMPV6 = 58

export const PROTOCOLS = 256

/** Ports exist for these two only. */
export const hasPorts = (protocol: number): boolean => protocol === TCP || protocol === UDP

export const hasIcmpType = (protocol: number): boolean => protocol === ICMP || protocol === ICMPV6

/** `tcp`, `icmpv6`, or the number where the name is not one that people type. */
export const protocolName = (protocol: number): string => NAMES.get(protocol) ?? String(protocol)

/** A name in any case or a number from 0 to 255; undefined for anything else. */
export const parseProtocol = (text: string): number | undefined => {
  const known = NUMBERS.get(text.toLowerCase())
  if (known !== undefined) return known
  if (!/^\d{1,3}$/.test(text)) return undefined
  const number = Number(text)
  return number < PROTOCOLS ? number : undefined
}

export const protocolNames = (): readonly string[] => [...NUMBERS.keys()]

const NAMES: ReadonlyMap<number, string> = new Map([
  [ICMP, 'icmp'],
  [TCP, 'tcp'],
  [UDP, 'udp'],
  [ICMPV6, 'icmpv6'],
])

const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...[...NAMES].map(([number, name]) => [name, number] as const),
  ['igmp', 2],
  ['ipip', 4],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['ospf', 89],
  ['sctp', 132],
  ['icmp6', ICMPV6],
  ['ipv6-icmp', ICMPV6],
])
