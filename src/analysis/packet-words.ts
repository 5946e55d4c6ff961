/** Which packets are asked about, in the words of people: as typed, as in a batch line, as a program says it. */
import { ZtnetError } from '../errors.ts'
import type { Family } from '../packet/address.ts'
import { hasIcmpType, hasPorts, parseProtocol, protocolNames } from '../packet/protocol.ts'
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

/** Throws `ZtnetError` for words that make no sense, alone or together. */
export const filterOf = (words: PacketWords): Filter => {
  const protocol = protocolOf(words.protocol)
  const ports = portsOf(words.port)
  const sourcePort = numberOf(words.sourcePort, 'source port', 65535)
  const icmpType = numberOf(words.icmpType, 'ICMP type', 255)
  const icmpCode = numberOf(words.icmpCode, 'ICMP code', 255)
  if (protocol !== undefined && !hasPorts(protocol) && ports)
    throw odd(`protocol ${words.protocol} has no ports`, 'ask for tcp or udp')
  if (icmpType !== undefined && (protocol === undefined || !hasIcmpType(protocol)))
    throw odd('an ICMP type is asked for without --protocol icmp', 'add --protocol icmp')
  if (icmpCode !== undefined && icmpType === undefined)
    throw odd('an ICMP code is asked for without a type', 'add --icmp-type')
  return {
    ...(protocol !== undefined && { protocol }),
    ...(ports && { ports }),
    ...(sourcePort !== undefined && { sourcePort }),
    ...(icmpType !== undefined && { icmpType }),
    ...(icmpCode !== undefined && { icmpCode }),
    ...familiesOf(words),
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
  const number = Number(word)
  if (String(word).trim() === '' || !Number.isInteger(number) || number < 0 || number > most)
    throw odd(`${JSON.stringify(word)} is no ${what}`, `give a number from 0 to ${most}`)
  return number
}

const odd = (message: string, hint: string): ZtnetError => new ZtnetError('QUESTION_ODD', message, { hint })
