/** The words that text and Markdown share: packets of a result, ends of a question, what is worth showing of a path. */
import type { Hop } from '../analysis/explain.ts'
import type { End, Flow, ReachResult } from '../analysis/reach.ts'
import { CLIENT_PORTS } from '../analysis/question.ts'
import { describePackets, type Packets } from '../packet/describe.ts'
import { packetsFromJson } from '../packet/from-json.ts'
import { type AddressSet, type Family, formatRange } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { PacketSet } from '../packet/set.ts'
import type { PortSet } from '../packet/transport.ts'

/** Packets without what the question said already: addresses are named only where not all of an end's are concerned, and by what
 *  is left out where that is shorter. */
export const packetLines = (
  result: ReachResult,
  packets: readonly Packets[],
  members?: Pick<Flow, 'from' | 'to'>,
): string[] => {
  const sets = packetsFromJson(packets)
  const from = placeSets(result.from)
  const to = placeSets(result.to)
  return sets.flatMap((set) => {
    const sender = addressWords('from', set.addresses('source'), from, set.family, members?.from)
    const receiver = addressWords('to', set.addresses('destination'), to, set.family, members?.to)
    const lines = describePackets(set, {
      omitSources: sender !== undefined,
      omitDestinations: receiver !== undefined,
      clientPorts: clientPortsOf(result),
    })
    const family = to.length > 1 || sets.length > 1 ? ` (IPv${set.family})` : ''
    return lines.map((line) => `${line}${sender ?? ''}${receiver ?? ''}${family}`)
  })
}

/** What to say of one end beside the packets: nothing for all of it, what is missing where little is; undefined where the
 *  addresses themselves are the shortest. */
const addressWords = (
  word: 'from' | 'to',
  addresses: AddressSet,
  ends: readonly PacketSet[],
  family: Family,
  members: readonly string[] | undefined,
): string | undefined => {
  if (isMembers(members)) return ''
  const whole = ends.find((end) => end.family === family)?.addresses('destination')
  if (!whole) return undefined
  const missing = intervals.subtract(whole, addresses)
  if (missing.length === 0) return ''
  if (missing.length >= addresses.length) return undefined
  return ` but not ${word} ${Array.from(intervals.ranges(missing), ([first, end]) => formatRange(first, end)).join(', ')}`
}

const clientPortsOf = ({ query: { sourcePort } }: ReachResult): PortSet =>
  sourcePort === undefined ? CLIENT_PORTS : [sourcePort, sourcePort + 1]

/** Interfaces are named beside the packets, so their addresses say nothing new. */
const isMembers = (ids: readonly string[] | undefined): boolean => ids?.every((id) => id.startsWith('eni-')) ?? false

const placeSets = (end: End): PacketSet[] =>
  packetsFromJson([{ protocol: 'any', destinations: end.addresses }].flatMap(splitFamilies))

const splitFamilies = ({ destinations }: { readonly destinations: readonly string[] }): Packets[] =>
  [destinations.filter((text) => !text.includes(':')), destinations.filter((text) => text.includes(':'))]
    .filter((texts) => texts.length > 0)
    .map((texts) => ({ protocol: 'any', destinations: texts }))

/** `subnet-0a (app-a)` */
export const labelled = (
  each: { readonly id: string; readonly name?: string } | Pick<Hop, 'resource' | 'name'>,
): string => {
  // The long head of an ARN says nothing that the question has not said.
  const id = ('id' in each ? each.id : each.resource).replace(/^arn:[^/]*:(?:loadbalancer|targetgroup)\//, '')
  return each.name === undefined || each.name === id ? id : `${id} (${each.name})`
}

/** What a step did, beside the name of its component: the deciding rule, else its sentence without that name. */
export const hopWords = (hop: Hop): string => {
  if (hop.rule !== undefined) return hop.rule
  const name = labelled(hop)
  return hop.message === `through ${name}`
    ? 'through'
    : hop.message.startsWith(`${name} `)
      ? hop.message.slice(name.length + 1)
      : hop.message
}

/** Ids of a flow with the Names that the question resolved. */
export const labelIds = (ids: readonly string[], end: End): string[] => {
  const names = new Map(end.resolved.map((each) => [each.id, labelled(each)]))
  return ids.map((id) => names.get(id) ?? id)
}

/** Steps that decide or change something; the others only say that the packet went on. */
export const isTelling = ({ code, rule }: Hop): boolean => !QUIET.has(code) || rule !== undefined

const QUIET: ReadonlySet<string> = new Set([
  'ADDRESS_OF_INTERFACE',
  'LEAVES_SUBNET',
  'LOCAL_DELIVERY',
  'ESTABLISHED',
  'PUBLIC_ADDRESS',
  'LOAD_BALANCER_SENDS',
  'INTERNET_GATEWAY',
  'NO_SECURITY_GROUP',
])

/** How many parts of the question have no answer. */
export const unknownCount = ({ verdict, flows, unknowns }: ReachResult): number =>
  verdict === 'unknown'
    ? 0
    : Math.max(flows.filter((flow) => flow.verdict === 'unknown').length, unknowns.length > 0 ? 1 : 0)
