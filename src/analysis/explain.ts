/** Verdicts explained: the way of a witness packet, every component that stops the others, what an answer rests on and what it
 *  lacks. Sentences come from the reasons of `src/aws`; names from the network. */
import type { Compiled } from '../aws/compile.ts'
import { classById } from '../aws/endpoint-class.ts'
import { assumptions as assumptionTexts, reasonText } from '../aws/reasons.ts'
import { type Component, parseStageId, type Roles, stageId } from '../aws/stage-id.ts'
import type { Effect, Leg } from '../forwarding/graph.ts'
import { inFlight } from '../forwarding/header.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { Stage } from '../forwarding/stage.ts'
import type { Sender } from '../forwarding/transfer.ts'
import type { Network } from '../network/network.ts'
import { type Packets, packetsAsJson } from '../packet/describe.ts'
import { formatPacket, type Packet, packetSetOf } from '../packet/header.ts'
import * as intervals from '../packet/intervals.ts'
import { sample } from '../packet/sample.ts'
import { PacketSet } from '../packet/set.ts'
import type { Kind } from '../snapshot/schema.ts'
import type { Gap } from '../snapshot/snapshot.ts'
import { type Ended, meetFilters, type Observer, type Question } from '../reach/propagate.ts'
import { type Step, type Trace, trace } from '../reach/trace.ts'
import type { Outcome, Verdict } from '../reach/verdict.ts'
import { FAMILIES } from '../packet/address.ts'
import { lostIdentity } from './lost-identity.ts'
import { CONNECTING } from './onprem.ts'
import { shortened } from './place-names.ts'
import type { Answered, Ask, Unaskable } from './question.ts'
import { someOf } from './short-lists.ts'

/** One step of the witness. */
export interface Hop {
  /** The role of the stage: `leaving`, `route`, `ingress`... */
  readonly stage: string
  readonly resource: string
  readonly name?: string
  readonly rule?: string
  readonly code: string
  readonly effect: Exclude<Effect, 'unknown'>
  readonly message: string
  /** The header after the step, where the step changed it. */
  readonly packet?: string
}

/** The step of which nobody knows what it does to the packet: its way ends there, and `unknowns` says what is missing. */
export interface OpenEnd extends Omit<Hop, 'effect'> {
  readonly leg: 'forward' | 'return'
}

/** A packet, with its way out and the answer's way back. */
export interface PacketPath {
  readonly packet: Packets
  /** In words. */
  readonly text: string
  readonly forward: readonly Hop[]
  readonly return: readonly Hop[]
  /** After the last hop of its leg. */
  readonly openEnd?: OpenEnd
}

export interface Blocker {
  readonly code: string
  readonly resource: string
  readonly name?: string
  readonly rule?: string
  /** `inbound` or `outbound`: which way the packet was going. */
  readonly direction: string
  readonly leg: 'forward' | 'return'
  readonly packets: readonly Packets[]
  readonly message: string
  readonly fix?: string
}

export interface Unknown {
  readonly code: string
  readonly resource: string
  readonly name?: string
  readonly message: string
  readonly remedy?: string
  readonly packets?: readonly Packets[]
  /** What the snapshot says of why it is missing: files that were not understood, calls that were denied. */
  readonly gaps?: readonly Lacking[]
}

/** A gap of the snapshot, in words. */
export interface Lacking {
  readonly message: string
  readonly source?: string
  readonly remedy?: string
}

export interface Assumption {
  /** Rule of the rule book. */
  readonly rule: string
  readonly text: string
}

/** What one walk through the graph met, set by set. */
export interface Notes {
  readonly conditions: ReadonlyMap<string, { readonly reason: Reason; readonly packets: PacketSet }>
  readonly unknowns: ReadonlyMap<string, { readonly reason: Reason; readonly packets: PacketSet }>
  readonly assumptions: ReadonlySet<string>
}

/** Listens to walks and tells what they met. */
export class Collector {
  readonly #network: Network

  constructor({ network }: Compiled) {
    this.#network = network
  }

  during(walk: (observer: Observer) => Outcome): { readonly outcome: Outcome; readonly notes: Notes } {
    const conditions = new Map<string, { reason: Reason; packets: PacketSet }>()
    const unknowns = new Map<string, { reason: Reason; packets: PacketSet }>()
    const assumptions = new Set<string>()
    const outcome = walk({
      ended: ({ because, effect, flight }) => {
        if (effect === 'unknown') note(unknowns, because, flight.sent)
      },
      depends: (on, sent) => note(conditions, on, sent),
      assumed: (assumption) => assumptions.add(assumption),
    })
    return { outcome, notes: { conditions, unknowns, assumptions } }
  }

  merged(all: readonly Notes[]): { conditions: Unknown[]; unknowns: Unknown[]; assumptions: Assumption[] } {
    const told = (from: (notes: Notes) => Notes['unknowns']): Unknown[] => {
      const joined = new Map<string, { reason: Reason; packets: PacketSet[] }>()
      for (const notes of all)
        for (const [key, { reason, packets }] of from(notes)) {
          const known = joined.get(key)
          if (known) known.packets.push(packets)
          else joined.set(key, { reason, packets: [packets] })
        }
      return [...joined.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { reason, packets }]) => ({ ...this.#tell(reason), packets: packets.flatMap(packetsAsJson) }))
    }
    return {
      conditions: told((notes) => notes.conditions),
      unknowns: told((notes) => notes.unknowns),
      assumptions: [...new Set(all.flatMap((notes) => [...notes.assumptions]))]
        .sort()
        .map((rule) => ({ rule, text: assumptionTexts[rule] ?? rule })),
    }
  }

  #tell(reason: Reason): Unknown {
    const { says, fix } = reasonText(reason.code)
    const said = saidOf(this.#network, reason)
    const name = this.#network.nameOf(reason.resource)
    const gaps = gapsBehind(this.#network, reason)
    return {
      code: reason.code,
      resource: reason.resource,
      ...(name !== undefined && { name }),
      message: says(said),
      ...(fix && { remedy: fix(said) }),
      ...(gaps.length > 0 && { gaps }),
    }
  }
}

export const unaskableAsUnknown = ({ network }: Compiled, { code, resource, what = '' }: Unaskable): Unknown => {
  const name = network.nameOf(resource)
  const gaps = gapsBehind(network, { code, resource })
  return {
    code,
    resource,
    ...(name !== undefined && { name }),
    ...UNASKABLE[code].text(named(network, resource), what),
    ...(gaps.length > 0 && { gaps }),
  }
}

/** A packet on its way out, and its answer on the way back. */
export interface Way {
  readonly ask: Ask
  readonly packet: Packet
  readonly trace: Trace
}

/** A packet of the headline verdict, with its way out and the answer's way back. */
export const witnessOf = (
  compiled: Compiled,
  answered: readonly Answered[],
  verdict: Verdict,
): PacketPath | undefined => {
  const way = wayOf(compiled, answered, verdict)
  return way && wayInWords(compiled, way)
}

/** The same before it is put into words, which takes longer than to find it. */
export const wayOf = (compiled: Compiled, answered: readonly Answered[], verdict: Verdict): Way | undefined => {
  for (const { ask, outcome } of answered) {
    const packet = sample(outcome[verdict])
    if (packet) return { ask, packet, trace: trace(compiled.graph, ask.question, packet) }
  }
  return undefined
}

export const wayInWords = (compiled: Compiled, way: Way): PacketPath => {
  const open = way.trace.steps.find(({ hop }) => hop.effect === 'unknown')
  const hops = (leg: Leg): Hop[] => {
    const { taken, delivered } = legOf(compiled, way, leg)
    return [
      ...taken.flatMap((step) => hopOf(compiled, step) ?? []),
      ...(delivered ? [deliveredHop(compiled, delivered)] : []),
    ]
  }
  return {
    packet: packetsAsJson(packetSetOf(way.packet))[0]!,
    text: formatPacket(way.packet),
    forward: hops('request'),
    return: hops('reply'),
    ...(open && { openEnd: { leg: LEGS[open.leg], ...stepOf(compiled, open) } }),
  }
}

/** What the hops of the request are about, by resource and rule, as `wayInWords` tells them. */
export const requestHops = (compiled: Compiled, way: Way): readonly Pick<Hop, 'resource' | 'rule'>[] => {
  const { taken, delivered } = legOf(compiled, way, 'request')
  return [...taken.map((step) => reasonFor(compiled, step)), ...(delivered ? [deliveredHop(compiled, delivered)] : [])]
}

interface Delivered {
  readonly stage: Stage
  readonly after: Step
}

/** `delivered`: where it got to, unless its last step tells that. */
const legOf = (
  { graph }: Compiled,
  { ask, trace: { steps, end, arrived } }: Way,
  leg: Leg,
): { readonly taken: readonly Step[]; readonly delivered?: Delivered } => {
  const taken = steps.filter((step) => step.leg === leg)
  const after = taken.at(-1)
  if (!after || after.hop.effect === 'deliver') return { taken }
  const stage = leg === 'request' ? arrived : end === 'answered' ? graph.stage(ask.question.home) : undefined
  return { taken, ...(stage && { delivered: { stage, after } }) }
}

/** Everything in the way of the packets that do not get there and back, first of the way first. Filters are looked behind: all
 *  that would have to change is told, not only what drops first (R-FLOW-2). `advance` is told how many were judged so far. */
export const blockersOf = (
  compiled: Compiled,
  answered: readonly Answered[],
  advance: (judged: number) => void = () => {},
): Blocker[] => {
  const found = new Map<string, { reason: Reason; leg: Leg; packets: PacketSet[]; stage: Stage }>()
  for (const [judged, { ask, outcome }] of answered.entries()) {
    advance(judged)
    const failing = outcome.unreachable.union(outcome['one-way']).union(outcome.conditional)
    if (failing.isEmpty()) continue
    const note = (reason: Reason, leg: Leg, stage: Stage, sent: PacketSet): void => {
      const key = `${leg} ${reason.code} ${reason.resource} ${reason.rule ?? ''} ${reason.args?.direction ?? ''}`
      const known = found.get(key)
      if (known) {
        known.packets.push(sent)
        known.reason = withArgsOf(known.reason, reason)
      } else found.set(key, { reason, leg, packets: [sent], stage })
    }
    const dropped = (event: Ended): void => {
      const { because, leg, flight, stage } = event
      const lost = lostIdentity(compiled.graph, event)
      if (lost) note({ ...lost.because, ...(because.args && { args: because.args }) }, leg, stage, lost.sent)
      const sent = lost ? flight.sent.subtract(lost.sent) : flight.sent
      if (sent.isEmpty()) return
      const referring = because.code === 'SG_REFERENCE_MISMATCH' ? flight.sender : undefined
      const reason =
        servedElsewhere(ask, stage, leg) ??
        (referring && notReferred(because, referring)) ??
        placed(compiled, because, stage, () => inFlight(flight.header, sample(sent)!))
      note(reason, leg, stage, sent)
      // The rules of the receiver are in the way of what is let out to it as well.
      if (referring)
        meet({ ...ask.question, from: stage.id, flight: { ...flight, sender: letOutToAnybody(referring) } })
    }
    const meet = (question: Question): void => meetFilters(compiled.graph, question, dropped)
    meet({ ...ask.question, flight: { ...ask.question.flight, sent: failing } })
  }
  // What goes elsewhere is in nobody's way: told after what is, and answers after requests.
  const order = ({ leg, reason }: { readonly leg: Leg; readonly reason: Reason }): number =>
    (leg === 'reply' ? 2 : 0) + (reason.code === 'DELIVERED_ELSEWHERE' ? 1 : 0)
  return [...found.values()]
    .toSorted((a, b) => order(a) - order(b))
    .map(({ reason, leg, packets, stage }) => blockerOf(compiled.network, reason, leg, packets, stage))
}

/** Judged where the receiver is known, of rules of the sender (R-SG-6). */
const notReferred = (because: Reason, { letOutBy }: Sender): Reason | undefined => {
  if (letOutBy === undefined) return undefined
  const groups = letOutBy.split('+')
  const args = { direction: 'outbound', groups: groups.join(', '), receiver: because.resource }
  return { ...because, resource: groups[0]!, args }
}

const letOutToAnybody = (sender: Sender): Sender => {
  const { letOutBy: _, ...rest } = sender
  return rest
}

/** One component may stand in several places: a network ACL before two subnets. */
const withArgsOf = (known: Reason, more: Reason): Reason => {
  if (!known.args || !more.args) return known
  const joined = Object.entries(known.args).map(([key, value]) => {
    const ids = new Set([...value.split(', '), ...(more.args![key]?.split(', ') ?? [])])
    return [key, [...ids].join(', ')] as const
  })
  return { ...known, args: Object.fromEntries(joined) }
}

/** Stages at which packets come in: to an interface, a subnet, a VPC, or a device that takes them. At all others they go out. */
const INBOUND: ReadonlySet<string> = new Set<Roles[Component]>([
  'arriving',
  'customerService',
  'deliver',
  'distribute',
  'here',
  'home',
  'in',
  'ingress',
  'inside',
  'intake',
  'listen',
  'local',
  'service',
  'serviceNode',
])

const blockerOf = (
  network: Network,
  reason: Reason,
  leg: Leg,
  sets: readonly PacketSet[],
  { role }: Stage,
): Blocker => {
  const { says, fix } = reasonText(reason.code)
  const said = saidOf(network, reason)
  const name = network.nameOf(reason.resource)
  const packets = FAMILIES.map((family) =>
    PacketSet.union(
      family,
      sets.filter((set) => set.family === family),
    ),
  )
  return {
    code: reason.code,
    resource: reason.resource,
    ...(name !== undefined && { name }),
    ...(reason.rule !== undefined && { rule: reason.rule }),
    direction: reason.args?.direction ?? (INBOUND.has(role) ? 'inbound' : 'outbound'),
    leg: LEGS[leg],
    packets: packets.flatMap(packetsAsJson),
    message: says(said),
    ...(fix && { fix: fix(said) }),
  }
}

const LEGS = { request: 'forward', reply: 'return' } as const satisfies Readonly<Record<Leg, OpenEnd['leg']>>

const hopOf = (compiled: Compiled, step: Step): Hop | undefined => {
  const { effect } = step.hop
  if (effect === 'unknown') return undefined
  const { message, packet, ...where } = stepOf(compiled, step)
  return { ...where, effect, message, ...(packet !== undefined && { packet }) }
}

const stepOf = (compiled: Compiled, step: Step): Omit<Hop, 'effect'> => {
  const { stage, hop, before, packet } = step
  const reason = reasonFor(compiled, step)
  const { resource, rule } = reason
  const name = compiled.network.nameOf(resource)
  return {
    stage: stage.role,
    resource,
    ...(name !== undefined && { name }),
    ...(rule !== undefined && { rule }),
    code: hop.because.code,
    message: reasonText(hop.because.code).says(saidOf(compiled.network, reason)),
    ...(changed(before, packet) && { packet: formatPacket(packet) }),
  }
}

/** Why a packet took a step, with the rule and the member that it was about. */
const reasonFor = (compiled: Compiled, { stage, hop, before, sender }: Step): Reason => {
  const found = hop.ruleOf?.(before, sender)
  const shown = placed(compiled, hop.because, stage, () => before)
  const rule = found?.rule ?? shown.rule
  return { ...shown, resource: found?.resource ?? shown.resource, ...(rule !== undefined && { rule }) }
}

/** The end of a leg: who has the packet now. */
const deliveredHop = (compiled: Compiled, { stage, after: { packet } }: Delivered): Hop => {
  const { family, component, id } = parseStageId(stage.id)
  const member =
    component === 'interfaceClass'
      ? classById(compiled.network, id).members.find((each) =>
          intervals.has(each.addressSet(family), packet.destination),
        )
      : undefined
  const resource = member?.id ?? stage.resource
  const name = compiled.network.nameOf(resource)
  return {
    stage: stage.role,
    resource,
    ...(name !== undefined && { name }),
    code: 'DELIVERED',
    effect: 'deliver',
    message: 'delivered',
  }
}

/** A gateway endpoint that takes packets of a question about some other place: whatever it does with them, they went there. */
const servedElsewhere = ({ question }: Ask, stage: Stage, leg: Leg): Reason | undefined => {
  const { component, id, role, family } = parseStageId(stage.id)
  if (component !== 'vpcEndpoint' || role !== 'gateway' || leg === 'reply') return undefined
  const here: Stage = { id: stageId(family, 'vpcEndpoint', id, 'here'), kind: 'delivered', resource: id, role: 'here' }
  return question.accepts(here, question.flight) ? undefined : { code: 'DELIVERED_ELSEWHERE', resource: id }
}

/** A reason that names a class of interfaces, or the first of its members, names the member that the packet, as it is there, is of. */
const placed = ({ network }: Compiled, reason: Reason, stage: Stage, packetThere: () => Packet): Reason => {
  const { component, id, role, family } = parseStageId(stage.id)
  if (component !== 'interfaceClass') return reason
  const { members } = classById(network, id)
  if (reason.resource !== id && !members.some((member) => member.id === reason.resource)) return reason
  const packet = packetThere()
  const address = role === 'leaving' ? packet.source : packet.destination
  const member = members.find((each) => intervals.has(each.addressSet(family), address)) ?? members[0]!
  return { ...reason, resource: member.id }
}

/** The components of a reason with their Names: `acl-1 (db)`. */
const saidOf = (network: Network, { resource, rule, args = {} }: Reason) => ({
  resource: named(network, resource),
  rule,
  args: Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      someOf(
        value.split(', ').map((each) => named(network, each)),
        3,
      ),
    ]),
  ),
})

const named = (network: Network, id: string): string => {
  const name = network.nameOf(id)
  return name === undefined || name === id ? id : `${id} (${shortened(name)})`
}

const note = (notes: Map<string, { reason: Reason; packets: PacketSet }>, reason: Reason, packets: PacketSet): void => {
  const key = `${reason.code} ${reason.resource} ${reason.rule ?? ''}`
  const known = notes.get(key)
  if (known) known.packets = known.packets.union(packets)
  else notes.set(key, { reason, packets })
}

const changed = (before: Packet, after: Packet): boolean =>
  before.source !== after.source ||
  before.destination !== after.destination ||
  before.sourcePort !== after.sourcePort ||
  before.destinationPort !== after.destinationPort

const api = (call: string): string => `https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_${call}.html`

/** What is said of knowledge that a question lacks from the start, and what would have to be read for it. */
const UNASKABLE: {
  readonly [C in Unaskable['code']]: {
    readonly needs: readonly Kind[]
    readonly text: (resource: string, what: string) => { readonly message: string; readonly remedy: string }
    /** The page of what would tell it. */
    readonly docs: string
  }
} = {
  SENDER_UNKNOWN: {
    needs: ['networkInterface'],
    text: (resource) => ({
      message: `no interface of the snapshot has the address ${resource.replace(/^ip:/, '')}, and it is not on the internet`,
      remedy: 'add the account that holds it, or the VPN and Direct Connect that lead to it',
    }),
    docs: api('DescribeNetworkInterfaces'),
  },
  ONPREM_CONNECTIONS_UNREAD: {
    needs: CONNECTING,
    text: () => ({
      message: 'not all connections with networks on premises were read',
      remedy:
        'add the output of `aws ec2 describe-vpn-gateways`, `describe-vpn-connections`, `describe-customer-gateways`, `describe-transit-gateway-attachments`, `describe-local-gateways`, and of `aws directconnect describe-virtual-interfaces` and `describe-direct-connect-gateway-associations`',
    }),
    docs: api('DescribeVpnConnections'),
  },
  ONPREM_NOT_MODELLED: {
    needs: [],
    text: (resource) => ({
      message: `${resource} may lead to networks on premises, and ztnet does not follow it`,
      remedy: 'ask by an address on premises, such as 192.168.1.1, whether packets to it leave the VPC',
    }),
    docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/vpn-connections.html',
  },
  ONPREM_ADDRESSES_UNKNOWN: {
    needs: ['vpnConnection', 'routeTable', 'transitGatewayRoutes'],
    text: (resource) => ({
      message: `which addresses lie behind ${resource} was not read, and more of them may be meant`,
      remedy:
        'add the output of `aws ec2 describe-route-tables` of the VPC that the prefixes are propagated to, or of `search-transit-gateway-routes`',
    }),
    docs: 'https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-route-priority.html',
  },
  ONPREM_PUBLIC_ADDRESSES: {
    needs: [],
    text: (resource) => ({
      message: `public addresses lie behind ${resource}, of which AWS does not say whether they are on premises or on the internet`,
      remedy: 'ask who runs the network on premises which of them are there',
    }),
    docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/vpn-connections.html',
  },
  SERVICE_ADDRESSES_UNKNOWN: {
    needs: ['managedPrefixList', 'managedPrefixListEntries'],
    text: (resource) => ({
      message: `the snapshot has no endpoint of ${resource}, nor a prefix list with its public addresses`,
      remedy:
        'AWS keeps lists for few services, aws:s3 and aws:dynamodb among them: add `aws ec2 describe-managed-prefix-lists` and `get-managed-prefix-list-entries`, or ask about internet or an address',
    }),
    docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html',
  },
  SERVICE_LIST_UNREAD: {
    needs: ['managedPrefixListEntries'],
    text: (resource) => ({
      message: `the public addresses of ${resource} were not all read`,
      remedy: 'add the output of `aws ec2 get-managed-prefix-list-entries` for each of its prefix lists',
    }),
    docs: api('GetManagedPrefixListEntries'),
  },
  ADDRESSES_UNKNOWN: {
    needs: [],
    text: (resource) => ({
      message: `not all addresses of ${resource} were read, or one of them makes no sense`,
      remedy: 'read the interface again, or mend the file it came from',
    }),
    docs: api('DescribeNetworkInterfaces'),
  },
  ADDRESSES_OF_POOL: {
    needs: [],
    text: (resource, table) => ({
      message: `${table} leads public addresses of a pool to ${resource}, past all translation: only its operating system knows which it has`,
      remedy: `ask by one of these addresses, or look on ${resource} itself`,
    }),
    docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/igw-ingress-routing.html',
  },
  SUBNET_UNKNOWN: {
    needs: ['subnet'],
    text: (resource) => ({
      message: `${resource}, the subnet of an interface that is meant, was not read`,
      remedy: 'add the output of `aws ec2 describe-subnets` of the account that owns it',
    }),
    docs: api('DescribeSubnets'),
  },
  CONTRADICTION: {
    needs: [],
    text: (_, what) => ({
      message: `the records contradict each other: ${what}`,
      remedy: 'read both again at one time',
    }),
    docs: api('DescribeNetworkInterfaces'),
  },
  INTERFACES_UNKNOWN: {
    needs: ['networkInterface'],
    text: (resource) => ({
      message: `the interfaces in ${/^\d{12}$/.test(resource) ? `account ${resource}` : resource} were not all read, and more of them may be meant`,
      remedy: 'add the output of `aws ec2 describe-network-interfaces` of the account that owns them',
    }),
    docs: api('DescribeNetworkInterfaces'),
  },
}

/** Codes of what a question lacks from the start, each with what is said of it. */
export const unaskableCodes = (): readonly string[] => Object.keys(UNASKABLE)

export const unaskableText = (
  code: string,
): { readonly message: string; readonly remedy: string; readonly docs: string } | undefined => {
  if (!Object.hasOwn(UNASKABLE, code)) return undefined
  const { text, docs } = UNASKABLE[code as Unaskable['code']]
  return { ...text('<resource>', '<what>'), docs }
}

/** What the snapshot says of why something is missing: gaps of the resources that a reason names, and of all of a kind where they
 *  are. That a reference leads to nothing, the reason itself says. */
const gapsBehind = (network: Network, { code, resource, args = {} }: Reason): readonly Lacking[] => {
  const ids = new Set([resource, ...Object.values(args).flatMap((value) => value.split(', '))])
  const place = network.find(resource) ?? network.placeOf(resource)
  const own = network.gaps.filter(({ id }) => id !== undefined && ids.has(id))
  const kinds = new Set([...needsOf(code), ...own.flatMap(({ kind }) => kind ?? [])])
  const isHere = (gap: Gap): boolean => same(gap.account, place.account) && same(gap.region, place.region)
  const ofKind = network.gaps.filter((gap) => gap.id === undefined && gap.kind && kinds.has(gap.kind) && isHere(gap))
  return [...own, ...ofKind]
    .filter((gap) => gap.code !== 'DANGLING')
    .map(({ message, source, remedy }) => ({
      message,
      ...(source !== undefined && { source }),
      ...(remedy !== undefined && { remedy }),
    }))
}

/** Where one of the two is not known, they may be the same. */
const same = (a: string | undefined, b: string): boolean => a === undefined || a === b || [a, b].includes('unknown')

const needsOf = (code: string): readonly Kind[] =>
  code in UNASKABLE ? UNASKABLE[code as Unaskable['code']].needs : (reasonText(code).needs ?? [])
