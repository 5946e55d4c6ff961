/** The words that text and Markdown share: the question, packets of a result, ends, what is worth showing of a path. */
import type { Blocker, Hop, OpenEnd, PacketPath, Unknown } from '../analysis/explain.ts'
import { type AskedPackets, filterOf } from '../analysis/packet-words.ts'
import { shortened } from '../analysis/place-names.ts'
import { CLIENT_PORTS } from '../analysis/question.ts'
import type { End, Flow, ReachResult } from '../analysis/reach.ts'
import { someOf } from '../analysis/short-lists.ts'
import { groupedBy, once } from '../collections.ts'
import { FAMILIES, formatAddress, formatRange, isSingle } from '../packet/address.ts'
import { describePackets, type Packets } from '../packet/describe.ts'
import { packetsFromJson } from '../packet/from-json.ts'
import { icmpTypeLabel } from '../packet/header.ts'
import * as intervals from '../packet/intervals.ts'
import { behindNat64, ofKindsIn } from '../packet/nat64.ts'
import { ECHO, l4Algebra, NOTHING, UNANSWERED, wholeProtocol } from '../packet/l4.ts'
import { hasIcmpType, ICMP, ICMPV6, protocolName } from '../packet/protocol.ts'
import { PacketSet } from '../packet/set.ts'
import { lineOf, type PortSet, transport, transportAlgebra } from '../packet/transport.ts'
import { plural } from './style.ts'

/** Which packets the question is about: `tcp 443`, `icmp echo request, IPv6`; nothing where it is about all. */
export const askedPackets = (words: AskedPackets): string => {
  const { protocol, ports, sourcePort, icmpType, icmpCode, families } = filterOf(words)
  const range = ports === undefined ? '' : ` ${ports[0]}${ports[1] === ports[0] ? '' : `-${ports[1]}`}`
  const headers =
    protocol === undefined
      ? range === ''
        ? ''
        : `tcp and udp${range}`
      : hasIcmpType(protocol)
        ? icmpWords(icmpType === undefined && families?.[0] === 6 ? ICMPV6 : protocol, icmpType, icmpCode)
        : protocolName(protocol) === String(protocol)
          ? `protocol ${protocol}`
          : `${protocolName(protocol)}${range}`
  const from = sourcePort === undefined ? '' : `source port ${sourcePort}`
  return [headers, from, ...(families ?? []).map((family) => `IPv${family}`)].filter((text) => text !== '').join(', ')
}

const icmpWords = (protocol: number, type: number | undefined, code: number | undefined): string =>
  `${protocolName(protocol)} ${icmpTypeLabel(protocol, type ?? ECHO[protocol === ICMP ? 4 : 6].request)}${code === undefined ? '' : ` code ${code}`}`

/** Packets without what the question said already: addresses are named only where not all of an end's are concerned, and by what
 *  is left out where that is shorter. One line for each part that differs in its addresses; the address family only where it matters.
 *  `members`: the flow whose ends are named beside these lines. `most` addresses of an end are listed. */
export const packetLines = (
  result: ReachResult,
  packets: readonly Packets[],
  { members, leg, most = Infinity }: PacketLineOptions = {},
): string[] => {
  const parts = byAddresses(packets)
  const named = members && membersNamed(result, members, parts)
  const families = new Set([...placeSets(result.to), ...parts].map(({ family }) => family))
  const lines = parts.flatMap((part) => {
    const set = leg === 'return' ? withUnanswered(part) : part
    const sender = addressWords('from', set, result.from, named?.from ?? false, most)
    const receiver = addressWords('to', set, result.to, named?.to ?? false, most)
    const described = describePackets(set, {
      omitSources: sender !== undefined,
      omitDestinations: receiver !== undefined,
      clientPorts: clientPortsOf(result),
      addressList: (texts) => someOf(texts, most),
    })
    return described.map((text) => ({ text: `${text}${sender ?? ''}${receiver ?? ''}`, family: set.family }))
  })
  const alike = groupedBy(lines, ({ text }) => text)
  return Array.from(alike, ([text, all]) =>
    new Set(all.map(({ family }) => family)).size === families.size ? text : `${text} (IPv${all[0].family})`,
  )
}

export interface PacketLineOptions {
  readonly members?: Pick<Flow, 'from' | 'to'>
  readonly leg?: 'forward' | 'return'
  readonly most?: number
}

/** Whether the interfaces of a flow, which are named beside its packets, say all that its addresses do: each of its senders sends them to
 *  each of its receivers, and to the same addresses of theirs as in the other flows to them. Those in a CIDR block are not named. */
const membersNamed = (
  result: ReachResult,
  members: Pick<Flow, 'from' | 'to'>,
  parts: readonly PacketSet[],
): { readonly from: boolean; readonly to: boolean } => {
  if (!isProduct(parts)) return { from: false, to: false }
  return {
    from: isMembers(result.from, members.from),
    to: isMembers(result.to, members.to) && !goesToDistinctAddresses(result, members.to),
  }
}

/** Whether these, of one flow, are its senders times its receivers, but for what each would send to itself. */
const isProduct = (parts: readonly PacketSet[]): boolean =>
  parts.length <= 1 ||
  [...groupedBy(parts, ({ family }) => family).values()].every((sets) => {
    const sources = intervals.unionAll(sets.map((set) => set.addresses('source')))
    const destinations = intervals.unionAll(sets.map((set) => set.addresses('destination')))
    const pairs = sets
      .map((set) => intervals.size(set.addresses('source')) * intervals.size(set.addresses('destination')))
      .reduce((sum, each) => sum + each, 0n)
    const toThemselves = intervals.size(intervals.intersect(sources, destinations))
    return pairs >= intervals.size(sources) * intervals.size(destinations) - toThemselves
  })

/** Whether flows to these receivers are to different addresses of theirs, as to private ones and to public ones. */
const goesToDistinctAddresses = (result: ReachResult, to: readonly string[]): boolean => {
  const addresses = once(addressesOfReceivers, result, () => {
    const found = new Map<string, Set<string>>()
    for (const flow of result.flows) {
      const sets = byAddresses(flow.packets)
      const family = sets[0]?.family ?? 4
      const destinations = intervals.unionAll(sets.map((set) => set.addresses('destination')))
      const key = `${family} ${receiversKey(flow.to)}`
      found.set(key, (found.get(key) ?? new Set()).add(destinations.join()))
    }
    return found
  })
  return FAMILIES.some((family) => (addresses.get(`${family} ${receiversKey(to)}`)?.size ?? 0) > 1)
}

/** Short for lists of thousands; lists that share it may be named by addresses where that is not needed. */
const receiversKey = (to: readonly string[]): string => `${to[0]} ${to.at(-1)} ${to.length}`

/** A set for each pair of address sets, so that words about its addresses are true of all its packets. */
const byAddresses = (packets: readonly Packets[]): readonly PacketSet[] => {
  if (packets.length === 1) return packetsFromJson(packets)
  const groups = groupedBy(packets, (each) => `${each.sources?.join() ?? ''} ${each.destinations?.join() ?? ''}`)
  return [...groups.values()].flatMap(packetsFromJson)
}

/** With the ICMP messages that nobody answers, where all that are answered are there: an answer that is stopped is none of theirs, and
 *  to list them as exceptions would tell nothing. */
const withUnanswered = (set: PacketSet): PacketSet => {
  const headers = set.transports()
  if (l4Algebra.subtract(ANSWERED[set.family], lineOf(headers)) !== NOTHING) return set
  return PacketSet.of(set.family, {
    sources: set.addresses('source'),
    destinations: set.addresses('destination'),
    transport: transportAlgebra.union(headers, transport(UNANSWERED[set.family])),
  })
}

const ANSWERED = {
  4: l4Algebra.subtract(wholeProtocol(ICMP), UNANSWERED[4]),
  6: l4Algebra.subtract(wholeProtocol(ICMPV6), UNANSWERED[6]),
} as const

/** What to say of one end beside the packets: nothing for all of it, or that it is sent to by NAT64; what is missing where little is;
 *  undefined where the addresses themselves are the shortest. */
const addressWords = (
  word: 'from' | 'to',
  set: PacketSet,
  end: End,
  isNamed: boolean,
  most: number,
): string | undefined => {
  const addresses = set.addresses(word === 'from' ? 'source' : 'destination')
  const way = behindNat64(addresses) ? ', by NAT64' : ''
  if (isNamed) return way
  const whole = placeSets(end)
    .find(({ family }) => family === set.family)
    ?.addresses('destination')
  if (!whole) return undefined
  const missing = intervals.subtract(ofKindsIn(whole, addresses), addresses)
  if (missing.length === 0) return way
  if (missing.length >= addresses.length) return undefined
  const texts = Array.from(intervals.ranges(missing), ([first, last]) =>
    isSingle(first, last) ? formatAddress(first) : formatRange(first, last),
  )
  return `${way}, except ${word} ${someOf(texts, most)}`
}

const clientPortsOf = ({ query: { sourcePort } }: ReachResult): PortSet =>
  sourcePort === undefined ? CLIENT_PORTS : [sourcePort, sourcePort + 1]

/** Whether these are named beside the packets, or are all interfaces of what was asked about. */
const isMembers = (end: End, ids: readonly string[]): boolean =>
  countOf(end) > 0 && ids.every((id) => id.startsWith('eni-'))

const placeSets = (end: End): readonly PacketSet[] =>
  once(setsOfEnds, end, () =>
    packetsFromJson([{ protocol: 'any', destinations: end.addresses }].flatMap(splitFamilies)),
  )

/** What many flows of one answer ask about the same ends. */
const setsOfEnds = new WeakMap<End, readonly PacketSet[]>()
const addressesOfReceivers = new WeakMap<ReachResult, ReadonlyMap<string, ReadonlySet<string>>>()
const countsOfEnds = new WeakMap<End, number>()
const labelsOfEnds = new WeakMap<End, ReadonlyMap<string, string>>()
const wholeEnds = new WeakMap<ReachResult, { readonly from: boolean; readonly to: boolean }>()

const splitFamilies = ({ destinations }: { readonly destinations: readonly string[] }): Packets[] =>
  [destinations.filter((text) => !text.includes(':')), destinations.filter((text) => text.includes(':'))]
    .filter((texts) => texts.length > 0)
    .map((texts) => ({ protocol: 'any', destinations: texts }))

/** An end: what was named, and what it has where that is more than itself. */
export interface EndWords {
  readonly head: string
  readonly members: readonly string[]
  /** Interfaces that were not meant. */
  readonly leftOut?: string
}

export const endWords = (end: End): EndWords => {
  const { selector, kind, resolved, leftOut } = end
  const things = resolved.filter((each) => each.kind !== INTERFACE)
  const interfaces = resolved.filter((each) => each.kind === INTERFACE)
  const rest = leftOut && { leftOut: `left out: interfaces of ${leftOut.map(leftOutWords).join(', ')}` }
  const [thing = interfaces[0]] = things
  if (thing?.kind === 'internet') return { head: 'any address on the internet', members: [] }
  // its addresses are whatever AWS has on the internet
  if (kind === 'function' && interfaces.length === 0 && things.length === 1 && end.addresses.length > 0)
    return { head: `${labelled(thing!)}, function outside any VPC, on the internet`, members: [] }
  if (thing && things.length <= 1 && interfaces.length <= 1) {
    const [only] = interfaces
    const parts = [
      labelled(thing),
      ...(thing.kind === thing.id ? [] : [words(thing.kind)]),
      ...(only && only !== thing ? [only.name === thing.name ? only.id : labelled(only)] : []),
      // An address, or a block, has been told.
      ...addressesOf(end).filter((text) => text !== thing.id),
    ]
    return { head: parts.join(', '), members: [], ...rest }
  }
  if (thing && things.length === 1)
    return {
      head: `${labelled(thing)}, ${words(thing.kind)}: ${plural(interfaces.length, words(INTERFACE))}`,
      members: interfaces.map(labelled),
      ...rest,
    }
  const counts = [...countBy(resolved.map((each) => each.kind))].map(([each, count]) => plural(count, words(each)))
  return {
    head: `${selector}${kind === selector ? '' : `, ${words(kind)}`}: ${counts.join(', ')}`,
    members: resolved.map(labelled),
    ...rest,
  }
}

const INTERFACE = 'network-interface'

const words = (kind: string): string =>
  kind
    .replace(/^cidr$/, 'cidr block')
    .replaceAll('-', ' ')
    .replace(/\b(vpc|aws|cidr|nat|eks|ecs|efs)\b/g, (name) => name.toUpperCase())

const leftOutWords = ({ what, interfaces }: NonNullable<End['leftOut']>[number]): string => `${what}s (${interfaces})`

const addressesOf = ({ addresses }: End): string[] =>
  addresses.length === 0
    ? []
    : [
        someOf(
          addresses.map((each) => each.replace(/\/(32|128)$/, '')),
          3,
        ),
      ]

const countBy = (all: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}

/** The ends of a flow, where they are not all of what was asked about. */
export const flowEnds = (result: ReachResult, flow: Flow): { readonly from?: string[]; readonly to?: string[] } => {
  const isWhole = once(wholeEnds, result, () => ({ from: areWhole(result, 'from'), to: areWhole(result, 'to') }))
  return {
    ...(isWhole.from ? {} : { from: labelIds(flow.from, result.from) }),
    ...(isWhole.to ? {} : { to: labelIds(flow.to, result.to) }),
  }
}

/** Whether all flows are of all of an end. */
const areWhole = (result: ReachResult, side: 'from' | 'to'): boolean => {
  const count = Math.max(1, countOf(result[side]))
  return result.flows.every((flow) => flow[side].length >= count)
}

/** Interfaces of an end: none where it is a CIDR block or the internet. */
export const countOf = (end: End): number =>
  once(countsOfEnds, end, () => end.resolved.filter(({ kind }) => kind === INTERFACE).length)

/** `subnet-0a (app-a)` */
export const labelled = (
  each: { readonly id: string; readonly name?: string } | Pick<Hop, 'resource' | 'name'>,
): string => {
  const id = withoutArns('id' in each ? each.id : each.resource)
  return each.name === undefined || each.name === id ? shortened(id) : `${shortened(id)} (${shortened(each.name)})`
}

/** The long head of the ARN of a load balancer or target group says nothing that its end does not say. */
export const withoutArns = (text: string): string =>
  text.replace(/arn:[\w-]*:elasticloadbalancing:[\w-]*:\d*:(?:loadbalancer|targetgroup)\//g, '')

/** A hop, named as the question named its ends: an interface by what it belongs to. */
export const namedHop = ({ from, to }: ReachResult, hop: ShownHop): ShownHop => {
  if (hop.name !== undefined) return hop
  const name = [...from.resolved, ...to.resolved].find(({ id }) => id === hop.resource)?.name
  return name === undefined ? hop : { ...hop, name }
}

/** What a step did, beside the name of its component: the deciding rule, else its sentence without that name. */
export const hopWords = (hop: ShownHop): string => {
  if (hop.rule !== undefined && hop.effect !== 'drop' && hop.effect !== 'unknown') return hop.rule
  const name = labelled(hop)
  const message = withoutArns(hop.message)
  const [bare] = /^(?:through|across|leaves|\S+(?= through)|\S+ listens(?= behind))(?= )/.exec(message) ?? []
  if (bare !== undefined && message.endsWith(` ${name}`)) return bare
  return message.startsWith(name) ? message.slice(name.length).replace(/^ /, '') : message
}

/** Ids of a flow with the Names that the question resolved. */
export const labelIds = (ids: readonly string[], end: End): string[] => {
  const names = once(labelsOfEnds, end, () => new Map(end.resolved.map((each) => [each.id, labelled(each)])))
  return ids.map((id) => names.get(id) ?? id)
}

/** A step as it is shown, also one of which nobody knows what it does. */
export type ShownHop = Omit<Hop, 'effect'> & { readonly effect: Hop['effect'] | 'unknown' }

/** The way of a packet or of its answer, to where it is lost sight of. */
export const shownHops = (path: PacketPath, leg: OpenEnd['leg']): readonly ShownHop[] => {
  const { openEnd } = path
  return openEnd?.leg === leg ? [...path[leg], { ...openEnd, effect: 'unknown' }] : path[leg]
}

/** Steps that decide or change something; the others only say that the packet went on, or again what was said just before. */
export const tellingHops = (hops: readonly ShownHop[]): ShownHop[] =>
  withoutEchoes(hops.filter(({ code, rule }) => !QUIET.has(code) || rule !== undefined))

/** All steps, save those that read as the one before and change nothing: two stages of one component have one sentence. */
export const withoutEchoes = (hops: readonly ShownHop[]): ShownHop[] =>
  hops.filter((hop, index, all) => hop.packet !== undefined || hop.message !== all[index - 1]?.message)

const QUIET: ReadonlySet<string> = new Set([
  'ADDRESS_OF_INTERFACE',
  'LEAVES_SUBNET',
  'LOCAL_DELIVERY',
  'ESTABLISHED',
  'PUBLIC_ADDRESS',
  'LOAD_BALANCER_SENDS',
  'INTERNET_GATEWAY',
  'NAT_GATEWAY',
  'NO_SECURITY_GROUP',
])

/** What goes elsewhere is not stopped. */
export const blockerVerb = ({ code }: Blocker): string => (code === 'DELIVERED_ELSEWHERE' ? 'concerns' : 'stops')

/** How to come to know what is missing: as the snapshot says where it does, else as one does in general. */
export const remediesOf = ({ gaps = [], remedy }: Unknown): readonly string[] => {
  const told = gaps.flatMap((gap) => gap.remedy ?? [])
  return [...new Set(told.length > 0 || remedy === undefined ? told : [remedy])]
}

/** How many parts of the question have no answer. */
export const unknownCount = ({ verdict, flows, unknowns }: ReachResult): number =>
  verdict === 'unknown'
    ? 0
    : Math.max(flows.filter((flow) => flow.verdict === 'unknown').length, unknowns.length > 0 ? 1 : 0)

/** What each verdict says of the packets that were asked about. */
export const VERDICT_MEANING: Readonly<Record<ReachResult['verdict'], string>> = {
  reachable: 'packets arrive and are answered',
  conditional: 'it depends on what configuration does not settle',
  'one-way': 'packets arrive, answers are lost',
  unknown: 'the snapshot lacks what the answer needs',
  unreachable: 'no packet arrives',
}
