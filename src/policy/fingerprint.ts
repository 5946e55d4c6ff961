/** The identity of a finding from run to run: what is wrong between whom, and nothing that changes when an instance is replaced. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type L4Set, protocolsOf } from '../packet/l4.ts'
import { ICMP, ICMPV6, TCP, UDP } from '../packet/protocol.ts'

/** 64 hexadecimal digits. */
export const fingerprintOf = (parts: readonly string[]): string =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify(parts))))

/** `tcp`, `tcp+udp`, `any`: a port more or less does not make another finding. */
export const protocolClassOf = (line: L4Set): string => {
  const words = new Set(protocolsOf(line).map((protocol) => CLASSES.get(protocol) ?? 'other'))
  return words.has('other') ? 'any' : [...words].sort().join('+')
}

const CLASSES: ReadonlyMap<number, string> = new Map([
  [TCP, 'tcp'],
  [UDP, 'udp'],
  [ICMP, 'icmp'],
  [ICMPV6, 'icmp'],
])
