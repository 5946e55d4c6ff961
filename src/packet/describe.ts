/** Sets of packets in words, for people, and as plain JSON, for programs. Both are exact: different sets of one address
 *  family read differently. Knows nothing of where the packets go. */
import { groupedBy, once } from '../collections.ts'
import { type AddressSet, addressLine, type Family, formatAddress, formatRange, isSingle } from './address.ts'
import { icmpTypeLabel } from './header.ts'
import * as intervals from './intervals.ts'
import { type Intervals, intervalAlgebra, type Point } from './intervals.ts'
import {
  complement,
  EVERYTHING,
  type L4Set,
  l4Algebra,
  NOTHING,
  partOf,
  PORTED,
  PORTS,
  protocolsOf,
  wholeProtocol,
} from './l4.ts'
import { canonical, type Product, product } from './product.ts'
import { hasPorts, ICMP, ICMPV6, protocolName, TCP, UDP } from './protocol.ts'
import { type AddressField, PacketSet } from './set.ts'
import { ALL_PORTS, lineOf, type PortSet, type Transport, transportAlgebra } from './transport.ts'

export interface DescribeOptions {
  /** Leave the sources out, where the reader knows them: the text then says what some source may send. */
  readonly omitSources?: boolean
  readonly omitDestinations?: boolean
  /** How to say which sources they are, in other words than by their addresses: ` from aws:s3`, nothing where it goes without saying. */
  readonly sourceWords?: (addresses: AddressSet) => string
  /** The same of destinations. */
  readonly destinationWords?: (addresses: AddressSet) => string
  /** The source ports a client uses, which go without saying: all, unless given. */
  readonly clientPorts?: PortSet
  /** How to list addresses: all of them, unless given. */
  readonly addressList?: (texts: readonly string[]) => string
}

/** The shortest text we know, one line for each rectangle: `tcp 443 from 10.0.0.0/8 to 10.1.2.3`, `tcp 22, 80-90; udp 53`,
 *  `all but tcp 25`, `tcp with source port 1024-2047 to 10.1.2.3`. No line for the empty set. */
export const describePackets = (set: PacketSet, options: DescribeOptions = {}): string[] => {
  const { omitSources = false, omitDestinations = false, clientPorts = ALL_PORTS, addressList = commaList } = options
  const { sourceWords, destinationWords } = options
  const bySource = omitSources ? widened(set, 'source') : set
  const told = omitDestinations ? widened(bySource, 'destination') : bySource
  const textsOf = (all: readonly Rectangle[]): string[] =>
    all.flatMap(({ sources, destinations, transport }) => {
      const from = sourceWords?.(sources) ?? addressPhrase('from', set.family, sources, addressList)
      const to = destinationWords?.(destinations) ?? addressPhrase('to', set.family, destinations, addressList)
      return transportTexts(transport, clientPorts).map((headers) => headers + from + to)
    })
  const all = rectangles(told)
  const ways = [all, inCommonAlong(all, 'sources', 'destinations'), inCommonAlong(all, 'destinations', 'sources')]
  return [...new Set(ways)].map(textsOf).reduce(shorter)
}

const shorter = (a: string[], b: string[]): string[] => (b.join('; ').length < a.join('; ').length ? b : a)

/** Packets as JSON. A set is a list of these, disjoint, and their union. A key that is absent restricts nothing; a key that is
 *  there restricts the protocols that have such a field, so `{"protocol": "any", "sourcePorts": [[1024, 65535]]}` is every
 *  protocol, TCP and UDP from these ports, and with `"destinationPorts": []` it is every protocol but TCP and UDP. */
export interface Packets {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, the number of another protocol, or `any`: all 256. */
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'any' | number
  /** First and last port of each range, ascending. */
  readonly destinationPorts?: readonly PortRange[]
  readonly sourcePorts?: readonly PortRange[]
  /** Without `code`: all codes of the type. */
  readonly icmp?: readonly { readonly type: number; readonly code?: number }[]
  /** CIDR blocks, and `first-last` where a range is no block, ascending. */
  readonly sources?: readonly string[]
  /** Also there where both keys would be absent, so that the addresses always say which IP version it is. */
  readonly destinations?: readonly string[]
}

export type PortRange = readonly [first: number, last: number]

export const packetsAsJson = (set: PacketSet): Packets[] => {
  const line = addressLine(set.family)
  return rectangles(set).flatMap(({ sources, destinations, transport }) => {
    const toAll = intervals.equals(destinations, line)
    const fromAll = intervals.equals(sources, line)
    const addresses = {
      ...(fromAll ? {} : { sources: addressRanges(sources) }),
      ...(toAll && !fromAll ? {} : { destinations: addressRanges(destinations) }),
    }
    return transportAsJson(transport).map((headers) => ({ ...headers, ...addresses }))
  })
}

interface Rectangle {
  readonly sources: AddressSet
  readonly destinations: AddressSet
  readonly transport: Transport
}

/** Disjoint rectangles that make up the set, those that differ in one address field only joined. */
const rectangles = (set: PacketSet): Rectangle[] => {
  const cut = set.rows.flatMap(([sources, rest]) =>
    rest.map(([destinations, transport]) => ({ sources, destinations, transport })),
  )
  return joinedAlong(joinedAlong(cut, 'sources', 'destinations'), 'destinations', 'sources')
}

/** Rectangles that differ in `field` only become one. */
const joinedAlong = (
  all: readonly Rectangle[],
  field: 'sources' | 'destinations',
  other: 'sources' | 'destinations',
): Rectangle[] => {
  const numbers = new Map<string, number>()
  const groups = groupedBy(all, (rectangle) => {
    const headers = rectangle.transport.map(([line, ports]) => `${line.id}:${ports.join()}`)
    return [once(numbers, boundsText(rectangle[other]), () => numbers.size), ...headers].join(' ')
  })
  return [...groups.values()].map((group) => ({
    ...group[0],
    [field]: intervals.unionAll(group.map((rectangle) => rectangle[field])),
  }))
}

/** Where rectangles differ in `field`, and in their headers: what headers they have in common as one, and what is left of each. The same list
 *  where that changes nothing. */
const inCommonAlong = (
  all: readonly Rectangle[],
  field: 'sources' | 'destinations',
  other: 'sources' | 'destinations',
): readonly Rectangle[] => {
  const groups = groupedBy(all, (rectangle) => boundsText(rectangle[other]))
  const found = [...groups.values()].flatMap((group): readonly Rectangle[] => {
    const common = group.map(({ transport }) => transport).reduce(transportAlgebra.intersect)
    if (group.length === 1 || common.length === 0) return group
    const rest = group.flatMap((rectangle) => {
      const transport = transportAlgebra.subtract(rectangle.transport, common)
      return transport.length === 0 ? [] : [{ ...rectangle, transport }]
    })
    const whole = { ...group[0], [field]: intervals.unionAll(group.map((each) => each[field])), transport: common }
    // What has ports is what most look for.
    return l4Algebra.intersect(lineOf(common), PORTED) === NOTHING ? [...rest, whole] : [whole, ...rest]
  })
  return found.length === all.length && found.every((each, at) => each === all[at]) ? all : found
}

const boundsText = (set: AddressSet): string =>
  set.length < LONG ? set.join() : once(textsOfSets, set, () => set.join())

/** Of parts of the internet, which many packets go to, and from how many bounds on. */
const textsOfSets = new WeakMap<AddressSet, string>()
const LONG = 1024

/** The set with any address in this field: what remains when one no longer looks at it. */
const widened = (set: PacketSet, field: AddressField): PacketSet => {
  const parts = rectangles(set).map(({ sources, destinations, transport }) =>
    PacketSet.of(set.family, field === 'source' ? { destinations, transport } : { sources, transport }),
  )
  return parts.reduce((all, part) => all.union(part), PacketSet.empty(set.family))
}

/** Text, and how many things the reader has to take in. */
interface Phrase {
  readonly text: string
  readonly items: number
}

/** Words for a set of points, of which `line` holds all there are. */
type Wording = <P extends Point>(
  set: Intervals<P>,
  line: Intervals<P>,
  texts: (set: Intervals<P>) => readonly string[],
  list?: (texts: readonly string[]) => string,
) => Phrase

const listed: Wording = (set, _line, texts, list = commaList) => {
  const all = texts(set)
  return { text: list(all), items: all.length }
}

/** What is in, or what is not where that is the shorter list. */
const fewest: Wording = (set, line, texts, list) => {
  const members = listed(set, line, texts, list)
  const missing = listed(intervals.subtract(line, set), line, texts, list)
  return missing.items < members.items ? { ...missing, text: `all but ${missing.text}` } : members
}

const addressPhrase = (
  word: string,
  family: Family,
  set: AddressSet,
  list: (texts: readonly string[]) => string,
): string => {
  const line = addressLine(family)
  return intervals.equals(set, line) ? '' : ` ${word} ${fewest(set, line, addressTexts, list).text}`
}

const commaList = (texts: readonly string[]): string => texts.join(', ')

const addressTexts = (set: AddressSet): string[] =>
  Array.from(intervals.ranges(set), ([from, to]) => (isSingle(from, to) ? formatAddress(from) : formatRange(from, to)))

/** One text for the packets with any of the client's source ports, among them all that have no ports, and one for each
 *  other set of source ports. */
const transportTexts = (transport: Transport, clientPorts: PortSet): string[] => {
  let asUsual = NOTHING
  const others: string[] = []
  for (const [line, sourcePorts] of transport) {
    const usual = intervals.equals(sourcePorts, clientPorts)
    asUsual = l4Algebra.union(asUsual, usual ? line : l4Algebra.subtract(line, PORTED))
    const ported = l4Algebra.intersect(line, PORTED)
    if (!usual && ported !== NOTHING) others.push(`${lineText(ported)} with ${sourcePortPhrase(sourcePorts)}`)
  }
  return asUsual === NOTHING ? others : [lineText(asUsual), ...others]
}

const sourcePortPhrase = (ports: PortSet): string =>
  intervals.equals(ports, ALL_PORTS) ? 'any source port' : `source port ${fewest(ports, ALL_PORTS, numberTexts).text}`

/** The protocols that have finer parts, in the order in which people name them. */
const DIVISIBLE = [TCP, UDP, ICMP, ICMPV6]
const INDIVISIBLE = complement(DIVISIBLE.map(wholeProtocol).reduce(l4Algebra.union))

/** There are three ways to say it, and the one with the fewest items wins: what is in; what is in of the protocols that are
 *  partly in, then which protocols are not there as a whole; what is not in. */
const lineText = (line: L4Set): string => {
  if (line === EVERYTHING) return 'all protocols'
  const missing = complement(line)
  const partly = DIVISIBLE.filter((one) => partOf(line, one).length > 0 && partOf(missing, one).length > 0)
    .map(wholeProtocol)
    .reduce(l4Algebra.union, NOTHING)
  const notWhole = terms(l4Algebra.union(missing, partly), listed)
  const ways = [
    joined('; ', terms(line, fewest)),
    joined('; ', [...terms(l4Algebra.intersect(line, partly), fewest), allBut(joined(', ', notWhole))]),
    allBut(joined('; ', terms(missing, listed))),
  ]
  return ways.reduce((best, way) => (way.items < best.items ? way : best)).text
}

const allBut = ({ text, items }: Phrase): Phrase => ({ text: `all but ${text}`, items })

const joined = (separator: string, phrases: readonly Phrase[]): Phrase => ({
  text: phrases.map(({ text }) => text).join(separator),
  items: phrases.reduce((sum, { items }) => sum + items, 0),
})

/** One phrase for each divisible protocol of which the line has something, and one for the numbers of all others. */
const terms = (line: L4Set, wording: Wording): Phrase[] => {
  const found: Phrase[] = []
  for (const protocol of DIVISIBLE) {
    const part = partOf(line, protocol)
    const texts = hasPorts(protocol) ? numberTexts : icmpTexts(protocol)
    if (intervals.equals(part, ALL_PORTS)) found.push({ text: protocolName(protocol), items: 1 })
    else if (part.length > 0) {
      const { text, items } = wording(part, ALL_PORTS, texts)
      found.push({ text: `${protocolName(protocol)} ${text}`, items })
    }
  }
  const numbers = numberTexts(l4Algebra.intersect(line, INDIVISIBLE).points.map((point) => point / PORTS))
  if (numbers.length > 0) found.push({ text: `protocol ${numbers.join(', ')}`, items: numbers.length })
  return found
}

const numberTexts = (set: Intervals<number>): string[] =>
  Array.from(intervals.ranges(set), ([from, to]) => (to - from === 1 ? `${from}` : `${from}-${to - 1}`))

/** Whole types by name, runs of them by number, and what is left of a type by its codes. */
const icmpTexts =
  (protocol: number) =>
  (set: Intervals<number>): string[] =>
    icmpParts(set).map(({ first, last, codes }) => {
      const types = first === last ? icmpTypeLabel(protocol, first) : `types ${first}-${last}`
      return codes === undefined ? types : `${types} code ${numberTexts(codes).join()}`
    })

interface IcmpPart {
  readonly first: number
  readonly last: number
  /** Of one type; without it, all codes. */
  readonly codes?: Intervals<number>
}

/** Points `type * 256 + code`, cut into runs of whole types and single types with some of their codes. */
const icmpParts = (set: Intervals<number>): IcmpPart[] => {
  const parts: IcmpPart[] = []
  for (const [from, to] of intervals.ranges(set))
    for (let at = from; at < to;) {
      const first = Math.floor(at / 256)
      const runEnd = Math.floor(to / 256)
      const whole = at % 256 === 0 && runEnd > first
      const end = whole ? runEnd * 256 : Math.min(to, (first + 1) * 256)
      parts.push(
        whole ? { first, last: runEnd - 1 } : { first, last: first, codes: [at - first * 256, end - first * 256] },
      )
      at = end
    }
  return parts
}

/** Destination ports with the source ports of each. */
type PortPairs = Product<PortSet, PortSet>

const portSets = intervalAlgebra<number>()
const portPairs = product(portSets, portSets)

type HeadersAsJson = Omit<Packets, 'sources' | 'destinations'>

/** Where every protocol without finer parts is in, `any` says so, together with what TCP and UDP have in common and what the
 *  two ICMPs have in common: some 250 entries less. What is left of each protocol follows. */
const transportAsJson = (transport: Transport): HeadersAsJson[] => {
  const line = lineOf(transport)
  const numbered = l4Algebra.intersect(line, INDIVISIBLE)
  const any = numbered === INDIVISIBLE
  const tcp = pairsOf(transport, TCP)
  const udp = pairsOf(transport, UDP)
  const icmp = partOf(line, ICMP)
  const icmpv6 = partOf(line, ICMPV6)
  const sharedPairs = any ? largest(portPairs.intersect(tcp, udp)) : []
  const sharedTypes = any ? intervals.intersect(icmp, icmpv6) : []
  const portsLeft = (protocol: 'tcp' | 'udp', pairs: PortPairs): HeadersAsJson[] =>
    portPairs.subtract(pairs, sharedPairs).map((pair) => ({ protocol, ...portKeys([pair]) }))
  const typesLeft = (protocol: 'icmp' | 'icmpv6', types: Intervals<number>): HeadersAsJson[] => {
    const left = intervals.subtract(types, sharedTypes)
    return left.length === 0 ? [] : [{ protocol, ...icmpKeys(left) }]
  }
  return [
    ...(any ? [{ protocol: 'any' as const, ...portKeys(sharedPairs), ...icmpKeys(sharedTypes) }] : []),
    ...portsLeft('tcp', tcp),
    ...portsLeft('udp', udp),
    ...typesLeft('icmp', icmp),
    ...typesLeft('icmpv6', icmpv6),
    ...(any ? [] : protocolsOf(numbered).map((protocol) => ({ protocol }))),
  ]
}

const pairsOf = (transport: Transport, protocol: number): PortPairs =>
  canonical(
    portSets,
    portSets,
    transport.map(([line, sourcePorts]) => [partOf(line, protocol), sourcePorts] as const),
  )

/** The row with the most destination ports, alone. */
const largest = (pairs: PortPairs): PortPairs =>
  pairs.toSorted(([a], [b]) => Number(intervals.size(b) - intervals.size(a))).slice(0, 1)

/** The keys for at most one row; no row is no ports. */
const portKeys = ([pair]: PortPairs): Pick<Packets, 'destinationPorts' | 'sourcePorts'> => {
  if (!pair) return { destinationPorts: [] }
  const [destinationPorts, sourcePorts] = pair
  return {
    ...(intervals.equals(destinationPorts, ALL_PORTS) ? {} : { destinationPorts: portRanges(destinationPorts) }),
    ...(intervals.equals(sourcePorts, ALL_PORTS) ? {} : { sourcePorts: portRanges(sourcePorts) }),
  }
}

const portRanges = (ports: PortSet): PortRange[] =>
  Array.from(intervals.ranges(ports), ([from, to]) => [from, to - 1] as const)

const icmpKeys = (set: Intervals<number>): Pick<Packets, 'icmp'> => {
  if (intervals.equals(set, ALL_PORTS)) return {}
  return {
    icmp: icmpParts(set).flatMap(({ first, last, codes }) =>
      codes === undefined
        ? upTo(first, last).map((type) => ({ type }))
        : upTo(codes[0]!, codes[1]! - 1).map((code) => ({ type: first, code })),
    ),
  }
}

const upTo = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i)

const addressRanges = (set: AddressSet): readonly string[] =>
  once(rangesOfSets, set, () => Array.from(intervals.ranges(set), ([from, to]) => formatRange(from, to)))

/** Parts of the internet have tens of thousands, and many packets go to the same. */
const rangesOfSets = new WeakMap<AddressSet, readonly string[]>()
