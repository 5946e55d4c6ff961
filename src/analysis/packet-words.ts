/** Which packets are asked about, in the words of people: as typed, as in a batch line, as a program says it. */
import { ZtnetError } from '../errors.ts'
import type { Family } from '../packet/address.ts'
import { hasIcmpType, hasPorts, ICMP, ICMPV6, parseProtocol, protocolName, protocolNames } from '../packet/protocol.ts'
import { isRecord, typeName } from '../snapshot/shape.ts'
import { nearest, quoted } from './place-names.ts'
import type { Filter } from './question.ts'

/** What is left out is not restricted. */
export interface PacketWords {
  /** `tcp`, `icmp`, a number; `any`. */
  readonly protocol?: string | number | undefined
  /** Destination port: 443, `443`, `8000-8100`. */
  readonly port?: string | number | undefined
  readonly sourcePort?: string | number | undefined
  readonly icmpType?: string | number | undefined
  readonly icmpCode?: string | number | undefined
  /** One address family only; both or neither: both. */
  readonly ipv4?: boolean | undefined
  readonly ipv6?: boolean | undefined
}

/** The packets of a question as its answer repeats them: packet words that ask the same again. */
export interface AskedPackets extends PacketWords {
  /** As in the packets of an answer: a name, or the number of a protocol without one. */
  readonly protocol?: string | number
  /** 443, or `8000-8100`. */
  readonly port?: string | number
  readonly sourcePort?: number
  readonly icmpType?: number
  readonly icmpCode?: number
  readonly ipv4?: true
  readonly ipv6?: true
}

export const wordsOf = ({ protocol, ports, sourcePort, icmpType, icmpCode, families = [] }: Filter): AskedPackets => {
  const name = protocol === undefined ? undefined : protocolName(protocol)
  return {
    ...(name !== undefined && { protocol: name === String(protocol) ? protocol! : name }),
    ...(ports && { port: ports[0] === ports[1] ? ports[0] : `${ports[0]}-${ports[1]}` }),
    ...(sourcePort !== undefined && { sourcePort }),
    ...(icmpType !== undefined && { icmpType }),
    ...(icmpCode !== undefined && { icmpCode }),
    ...(families.length === 1 && (families[0] === 4 ? { ipv4: true } : { ipv6: true })),
  }
}

const KINDS = {
  protocol: 'a word or a number',
  port: 'a word or a number',
  sourcePort: 'a word or a number',
  icmpType: 'a word or a number',
  icmpCode: 'a word or a number',
  ipv4: 'true or false',
  ipv6: 'true or false',
} as const satisfies Record<keyof PacketWords, string>

export const PACKET_KEYS = Object.keys(KINDS) as readonly (keyof PacketWords)[]

/** The packet words of an object that a program wrote, whatever else is in it. Null says the same as a missing key. */
export const packetWordsIn = (object: Readonly<Record<string, unknown>>): PacketWords =>
  Object.fromEntries(
    PACKET_KEYS.flatMap((key) => {
      const word = object[key]
      if (word === null || word === undefined) return []
      const isWanted =
        KINDS[key] === 'true or false'
          ? typeof word === 'boolean'
          : typeof word === 'string' || typeof word === 'number'
      if (!isWanted) throw odd(`${key} must be ${KINDS[key]}`)
      return [[key, word]]
    }),
  )

/** Throws `ZtnetError` for what is no object, and for a key that means nothing there: passed over, something else would be answered than was
 *  asked. */
export const refuseUnknownKeys = <Q extends object>(asked: Q, known: readonly (keyof Q & string)[]): void => {
  if (!isRecord(asked))
    throw odd(`a question is an object, and this is ${typeName(asked)}`, `known keys are ${known.join(', ')}`)
  for (const [key, value] of Object.entries(asked))
    if (value !== undefined && !(known as readonly string[]).includes(key)) {
      const [near] = nearest(key, known, 1)
      const hint = near === undefined ? '' : `did you mean ${near}? `
      throw odd(`${quoted(key)} is no key of a question`, `${hint}known are ${known.join(', ')}`)
    }
}

/** Throws `ZtnetError` for words that make no sense, alone or together. */
export const filterOf = (words: PacketWords): Filter => {
  const protocol = protocolOf(words.protocol)
  const ports = portsOf(words.port)
  const sourcePort = numberOf(words.sourcePort, 'source port', 65535)
  const icmpType = numberOf(words.icmpType, 'ICMP type', 255)
  const icmpCode = numberOf(words.icmpCode, 'ICMP code', 255)
  if (protocol !== undefined && !hasPorts(protocol) && (ports || sourcePort !== undefined))
    throw odd(`protocol ${words.protocol} has no ports`, 'ask for tcp or udp')
  if (icmpType !== undefined && (protocol === undefined || !hasIcmpType(protocol)))
    throw odd('an ICMP type is asked for without --protocol icmp', 'add --protocol icmp')
  if (icmpCode !== undefined && icmpType === undefined)
    throw odd('an ICMP code is asked for without a type', 'add --icmp-type')
  const restricted = familiesOf(words)
  const [family] = restricted.families ?? []
  if (protocol === ICMPV6 && family === 4)
    throw odd('ICMPv6 is of IPv6 alone, and IPv4 is asked for', 'ask for icmp, or leave out --ipv4')
  if (protocol === ICMP && icmpType !== undefined && family === 6)
    throw odd('types of icmp are those of IPv4, and IPv6 is asked for', 'ask for icmpv6; its echo request is type 128')
  return {
    ...(protocol !== undefined && { protocol }),
    ...(ports && { ports }),
    ...(sourcePort !== undefined && { sourcePort }),
    ...(icmpType !== undefined && { icmpType }),
    ...(icmpCode !== undefined && { icmpCode }),
    ...restricted,
  }
}

const familiesOf = ({ ipv4 = false, ipv6 = false }: PacketWords): { readonly families?: readonly Family[] } =>
  ipv4 === ipv6 ? {} : { families: [ipv4 ? 4 : 6] }

const protocolOf = (word: PacketWords['protocol']): number | undefined => {
  if (word === undefined || word === 'any' || word === 'all' || word === '-1') return undefined
  const protocol = parseProtocol(String(word))
  if (protocol === undefined)
    throw odd(
      `${JSON.stringify(word)} is no protocol`,
      `name one of ${protocolNames().join(', ')}, or a number from 0 to 255`,
    )
  return protocol
}

const portsOf = (word: PacketWords['port']): readonly [number, number] | undefined => {
  if (word === undefined) return undefined
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(word).trim()) ?? []
  const range = [Number(first), Number(last)] as const
  if (first === undefined || range[0] > range[1] || range[1] > 65535)
    throw odd(`${JSON.stringify(word)} is no port`, 'give a port from 0 to 65535, or a range such as 8000-8100')
  return range
}

const numberOf = (word: string | number | undefined, what: string, most: number): number | undefined => {
  if (word === undefined) return undefined
  const number = /^\d{1,5}$/.test(String(word).trim()) ? Number(word) : NaN
  if (!(number <= most)) throw odd(`${JSON.stringify(word)} is no ${what}`, `give a number from 0 to ${most}`)
  return number
}

const odd = (message: string, hint?: string): ZtnetError =>
  new ZtnetError('QUESTION_ODD', message, hint === undefined ? {} : { hint })
