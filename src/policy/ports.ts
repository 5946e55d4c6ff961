/** Ports in the words of a policy, `tcp/5432`, and as sets of layer-4 headers. */
import type { Family } from '../packet/address.ts'
import { EVERYTHING, icmp, type L4Set, l4Algebra, NOTHING, ports, wholeProtocol } from '../packet/l4.ts'
import { hasIcmpType, hasPorts, ICMP, ICMPV6, parseProtocol, protocolNames, TCP, UDP } from '../packet/protocol.ts'
import type { Written } from './written.ts'

/** `tcp/5432`, `udp/53`, `tcp/8000-8100`, `tcp`, `icmp/8`, `47`, `any`; `443` without a protocol is TCP and UDP. */
export interface PortWord {
  readonly text: string
  /** IANA numbers; undefined: all. ICMP means ICMPv6 in that family. */
  readonly protocols: readonly number[] | undefined
  readonly range?: readonly [first: number, last: number]
}

export const readPorts = (written: Written): readonly PortWord[] => written.items().map(readPort)

const readPort = (written: Written): PortWord => {
  const text = written.text('a port such as tcp/5432')
  const word = parsePort(text)
  if (typeof word !== 'string') return word
  throw written.error(
    `${JSON.stringify(text)} is no port: ${word}`,
    `Write tcp/5432, udp/53, tcp/8000-8100, tcp, icmp or any.`,
  )
}

/** What is wrong with it, where it is none. */
const parsePort = (text: string): PortWord | string => {
  const [head = '', tail, ...more] = text.trim().toLowerCase().split('/')
  if (more.length > 0) return 'it has more than one slash'
  if (head === 'any' || head === 'all') return tail === undefined ? { text, protocols: undefined } : 'any has no ports'
  const alone = /^\d+(-\d+)?$/.test(head) && tail === undefined
  const protocol = alone ? undefined : parseProtocol(head)
  if (!alone && protocol === undefined) return `${head} is none of ${protocolNames().join(', ')}`
  const protocols = protocol === undefined ? [TCP, UDP] : [protocol]
  const written = alone ? head : tail
  if (written === undefined) return { text, protocols }
  if (protocol !== undefined && !hasPorts(protocol) && !hasIcmpType(protocol)) return `${head} has no ports`
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(written) ?? []
  const range = [Number(first), Number(last)] as const
  const most = protocol !== undefined && hasIcmpType(protocol) ? 255 : 65535
  if (first === undefined || range[0] > range[1] || range[1] > most) return `ports go from 0 to ${most}`
  return { text, protocols, range }
}

/** The part of the protocol line that they mean in one family; everything where there are none. */
export const lineOfPorts = (words: readonly PortWord[] | undefined, family: Family): L4Set =>
  words === undefined
    ? EVERYTHING
    : words.reduce((all, word) => l4Algebra.union(all, lineOfWord(word, family)), NOTHING)

const lineOfWord = ({ protocols, range }: PortWord, family: Family): L4Set =>
  protocols === undefined
    ? EVERYTHING
    : protocols.map((protocol) => lineOfProtocol(protocol, range, family)).reduce(l4Algebra.union, NOTHING)

const lineOfProtocol = (protocol: number, range: PortWord['range'], family: Family): L4Set => {
  if (protocol === ICMP || protocol === ICMPV6) {
    const own = family === 4 ? ICMP : ICMPV6
    if (!range) return wholeProtocol(own)
    const types = Array.from({ length: range[1] - range[0] + 1 }, (_, index) => icmp(own, range[0] + index))
    return types.reduce(l4Algebra.union, NOTHING)
  }
  return range ? ports(protocol, ...range) : wholeProtocol(protocol)
}
