/** The header of a packet in flight, as a function of the header as it was sent. Answers are given in headers as sent, and
 *  conditions look at headers in flight: this file is the way back from one to the other, through any translation, and
 *  onwards into the reply. */
import { append } from '../collections.ts'
import { type Address, type AddressSet, type Family, single } from '../packet/address.ts'
import type { AddressMap } from '../packet/address-map.ts'
import type { Packet } from '../packet/header.ts'
import * as intervals from '../packet/intervals.ts'
import {
  beforeTranslation,
  ECHO_TYPES,
  EVERYTHING,
  type L4Set,
  l4Algebra,
  NOTHING,
  partOf,
  portsLine,
  portlessRequestsOf,
  PORTED,
  replyType,
  wholeProtocol,
} from '../packet/l4.ts'
import { hasIcmpType, hasPorts, ICMP, ICMPV6, TCP, UDP } from '../packet/protocol.ts'
import type { AddressField, PacketSet } from '../packet/set.ts'
import { ANY_TRANSPORT, type PortSet, type Transport, transport, transportAlgebra } from '../packet/transport.ts'

/** One-to-one translation of single addresses. */
export type AddressTable = ReadonlyMap<Address, Address>

export type AddressView =
  /** The address sent in this field. */
  | { readonly is: 'sent'; readonly field: AddressField }
  | { readonly is: 'fixed'; readonly address: Address }
  /** One of these, of somebody whom configuration does not name. */
  | { readonly is: 'chosen'; readonly addresses: AddressSet }
  /** The address sent in this field, translated. Addresses that the table lacks do not occur. */
  | { readonly is: 'mapped'; readonly field: AddressField; readonly table: AddressTable }
  /** The IPv4 address in the last 32 bits of the IPv6 address sent in this field (RFC 6052). */
  | { readonly is: 'embedded'; readonly field: AddressField }

/** One that depends on what was sent. */
type AddressAsSent = Exclude<AddressView, { is: 'fixed' | 'chosen' }>

export type PortView =
  | { readonly is: 'sent'; readonly field: AddressField }
  | { readonly is: 'fixed'; readonly port: number }
  /** One of these, picked by a device in a way that configuration does not settle. */
  | { readonly is: 'chosen'; readonly ports: PortSet }

export interface HeaderView {
  readonly family: Family
  readonly source: AddressView
  readonly destination: AddressView
  /** The field named by a `sent` port view is the field whose port it was: `source` the source port. */
  readonly sourcePort: PortView
  readonly destinationPort: PortView
  /** A reply: portless packets are of the kind that answers what was sent (echo reply for echo request). */
  readonly reply: boolean
}

export const asSent = (family: Family): HeaderView => ({
  family,
  source: { is: 'sent', field: 'source' },
  destination: { is: 'sent', field: 'destination' },
  sourcePort: { is: 'sent', field: 'source' },
  destinationPort: { is: 'sent', field: 'destination' },
  reply: false,
})

/** The header that answers this one: source and destination, addresses and ports, change places. R-FLOW-6. */
export const mirrored = (header: HeaderView): HeaderView => ({
  family: header.family,
  source: header.destination,
  destination: header.source,
  sourcePort: header.destinationPort,
  destinationPort: header.sourcePort,
  reply: !header.reply,
})

/** The same packets have the same header in both: what a loop is told by. */
export const sameHeader = (a: HeaderView, b: HeaderView): boolean =>
  a === b ||
  (a.family === b.family &&
    a.reply === b.reply &&
    sameAddress(a.source, b.source) &&
    sameAddress(a.destination, b.destination) &&
    samePort(a.sourcePort, b.sourcePort) &&
    samePort(a.destinationPort, b.destinationPort))

const sameAddress = (a: AddressView, b: AddressView): boolean => {
  if (a.is === 'fixed' || b.is === 'fixed') return a.is === 'fixed' && b.is === 'fixed' && a.address === b.address
  if (a.is === 'chosen' || b.is === 'chosen')
    return a.is === 'chosen' && b.is === 'chosen' && intervals.equals(a.addresses, b.addresses)
  if (a.is !== b.is || a.field !== b.field) return false
  if (a.is !== 'mapped' || b.is !== 'mapped' || a.table === b.table) return true
  return a.table.size === b.table.size && [...a.table].every(([from, to]) => b.table.get(from) === to)
}

const samePort = (a: PortView, b: PortView): boolean => {
  if (a.is === 'sent') return b.is === 'sent' && a.field === b.field
  if (a.is === 'fixed') return b.is === 'fixed' && a.port === b.port
  return b.is === 'chosen' && intervals.equals(a.ports, b.ports)
}

/** Whether single packets have several headers in flight, of which one is picked in a way that configuration does not settle. */
export const isContested = ({ source, destination, destinationPort }: HeaderView): boolean =>
  destinationPort.is === 'chosen' || source.is === 'chosen' || destination.is === 'chosen'

/** The header is exactly the answer to what was sent: the sender will take it as such. */
export const answersWhatWasSent = (header: HeaderView): boolean =>
  isSent(header.source, 'destination') &&
  isSent(header.destination, 'source') &&
  isSent(header.sourcePort, 'destination') &&
  isSent(header.destinationPort, 'source')

const isSent = (view: AddressView | PortView, field: AddressField): boolean =>
  view.is === 'sent' && view.field === field

/** The header in flight of one packet, given as it was sent. Of a port or an address that is chosen, the lowest. */
export const inFlight = (header: HeaderView, sent: Packet): Packet => {
  const { protocol } = sent
  const packet = {
    family: header.family,
    source: addressIn(header.source, sent),
    destination: addressIn(header.destination, sent),
    protocol,
  }
  if (hasPorts(protocol))
    return {
      ...packet,
      sourcePort: portIn(header.sourcePort, sent),
      destinationPort: portIn(header.destinationPort, sent),
    }
  if (!hasIcmpType(protocol)) return packet
  const type = header.reply ? replyType(protocol, sent.icmpType!) : sent.icmpType!
  if (header.family === sent.family) return { ...packet, icmpType: type, icmpCode: sent.icmpCode! }
  const [own, other] = sent.family === 4 ? ([ICMP, ICMPV6] as const) : ([ICMPV6, ICMP] as const)
  const echo = ECHO_TYPES.find((each) => each[own] === type)
  if (!echo) throw new Error(`ICMP type ${type} is not translated`)
  return { ...packet, protocol: other, icmpType: echo[other], icmpCode: sent.icmpCode! }
}

/** Packets and, where a choice of port or address decides, which choices: one part of what a condition admits. */
export interface Admitted {
  readonly sent: PacketSet
  readonly header: HeaderView
}

/** The packets whose layer-4 header in flight is in `line`. */
export const admitLine = (sent: PacketSet, header: HeaderView, line: L4Set): Admitted[] => {
  // What the identity of a sender decides is all or nothing, nearly always.
  if (line === NOTHING) return []
  if (line === EVERYTHING && header.family === sent.family) return [{ sent, header }]
  return requirements(asSentLine(line, header, sent.family), header)
    .map(({ needed, destinationPort }) => ({
      sent: sent.narrowTransport(needed),
      header: destinationPort === header.destinationPort ? header : { ...header, destinationPort },
    }))
    .filter((part) => !part.sent.isEmpty())
}

/** The TCP and UDP packets whose source port in flight is in `within`. */
export const admitSourcePorts = (sent: PacketSet, header: HeaderView, within: PortSet): Admitted[] => {
  const { sourcePort: view } = header
  const admitted = view.is === 'chosen' ? intervals.intersect(view.ports, within) : within
  const kept = sent.narrowTransport(
    view.is === 'chosen'
      ? transport(admitted.length === 0 ? NOTHING : PORTED)
      : [TCP, UDP].map((protocol) => portsRequired(view, protocol, admitted)).reduce(transportAlgebra.union),
  )
  if (kept.isEmpty()) return []
  const settled = view.is !== 'chosen' || intervals.equals(admitted, view.ports)
  return [{ sent: kept, header: settled ? header : { ...header, sourcePort: { is: 'chosen', ports: admitted } } }]
}

/** The packets whose address in flight is in `within`. */
export const admitAddresses = (
  sent: PacketSet,
  header: HeaderView,
  field: AddressField,
  within: AddressSet,
): Admitted[] => {
  const view = header[field]
  if (view.is === 'fixed') return intervals.has(within, view.address) ? [{ sent, header }] : []
  if (view.is === 'chosen') {
    const addresses = intervals.intersect(view.addresses, within)
    if (addresses.length === 0) return []
    if (intervals.equals(addresses, view.addresses)) return [{ sent, header }]
    return [{ sent, header: { ...header, [field]: { is: 'chosen', addresses } } }]
  }
  const kept = sent.narrow(view.field, (set) => [[preimage(view, set, within), ANY_TRANSPORT]])
  return kept.isEmpty() ? [] : [{ sent: kept, header }]
}

/** The packets whose layer-4 header in flight is in what the map gives for their address in flight. */
export const admitMap = (
  sent: PacketSet,
  header: HeaderView,
  field: AddressField,
  map: AddressMap<L4Set>,
): Admitted[] => {
  const view = header[field]
  if (view.is === 'fixed') return admitLine(sent, header, map.at(view.address))
  if (view.is === 'chosen')
    return [...map.split(view.addresses)].flatMap(([line, addresses]) =>
      admitLine(sent, { ...header, [field]: { is: 'chosen', addresses } }, line),
    )
  if (header.destinationPort.is !== 'chosen') {
    const kept = sent.narrow(view.field, (set) =>
      cut(view, set, map).map(
        ([line, part]) => [part, requirements(asSentLine(line, header, sent.family), header)[0]?.needed ?? []] as const,
      ),
    )
    return kept.isEmpty() ? [] : [{ sent: kept, header }]
  }
  // What is admitted of a chosen port differs from address to address: one part for each line that the map gives.
  return [...cut(view, sent.addresses(view.field), map)].flatMap(([line, part]) =>
    admitLine(sent.narrowAddresses(view.field, part), header, line),
  )
}

/** Translates an address field one to one. Packets whose address the table lacks must have been kept out before. */
export const translate = (
  sent: PacketSet,
  header: HeaderView,
  field: AddressField,
  table: AddressTable,
): HeaderView => {
  const view = header[field]
  if (view.is === 'fixed') {
    const address = table.get(view.address)
    if (address === undefined) throw new Error('translation of an address that the table lacks')
    return { ...header, [field]: { is: 'fixed', address } }
  }
  if (view.is === 'chosen') {
    const images = [...table].filter(([from]) => intervals.has(view.addresses, from)).map(([, to]) => single(to))
    return { ...header, [field]: { is: 'chosen', addresses: intervals.unionAll(images) } }
  }
  const present = sent.addresses(view.field)
  const composed = new Map<Address, Address>()
  let identity = true
  for (const [from, image] of occurring(view, present, table)) {
    const to = table.get(image)
    if (to === undefined) continue
    composed.set(from, to)
    identity &&= from === to
  }
  const translated: AddressView = identity
    ? { is: 'sent', field: view.field }
    : { is: 'mapped', field: view.field, table: composed }
  return { ...header, [field]: translated }
}

/** As-sent address and address in flight, for the addresses of `present` that can occur and that the table translates. */
function* occurring(
  view: AddressAsSent,
  present: AddressSet,
  table: AddressTable,
): Generator<readonly [Address, Address]> {
  if (view.is === 'embedded') {
    for (const prefix of prefixes96(present))
      for (const image of table.keys()) {
        const from = prefix + BigInt(image)
        if (intervals.has(present, from)) yield [from, image]
      }
    return
  }
  const [only] = present
  if (only !== undefined && intervals.size(present) === 1n) {
    const image = view.is === 'sent' ? only : view.table.get(only)
    if (image !== undefined && table.has(image)) yield [only, image]
    return
  }
  for (const from of view.is === 'sent' ? table.keys() : view.table.keys())
    if (intervals.has(present, from)) yield [from, view.is === 'sent' ? from : view.table.get(from)!]
}

/** The part of a set of as-sent addresses whose address in flight is in `within`. */
const preimage = (view: AddressAsSent, set: AddressSet, within: AddressSet): AddressSet => {
  if (view.is === 'sent') return intervals.intersect(set, within)
  if (view.is === 'embedded') return intervals.intersect(set, embed(set, within))
  return intervals.unionAll(
    imagesIn(view.table, set)
      .filter(([, to]) => intervals.has(within, to))
      .map(([from]) => single(from)),
  )
}

const addressIn = (view: AddressView, sent: Packet): Address => {
  if (view.is === 'fixed') return view.address
  if (view.is === 'chosen') return view.addresses[0]!
  const address = sent[view.field]
  if (view.is === 'sent') return address
  if (view.is === 'embedded') return Number(BigInt(address) & LOW_32)
  const image = view.table.get(address)
  if (image === undefined) throw new Error('a packet that its translation does not know')
  return image
}

const portIn = (view: PortView, sent: Packet): number => {
  if (view.is === 'fixed') return view.port
  if (view.is === 'chosen') return view.ports[0]!
  return view.field === 'source' ? sent.sourcePort! : sent.destinationPort!
}

/** A set of as-sent addresses cut by what the map gives for the address in flight. */
const cut = (view: AddressAsSent, set: AddressSet, map: AddressMap<L4Set>): (readonly [L4Set, AddressSet])[] => {
  if (view.is === 'sent') return [...map.split(set)]
  if (view.is === 'embedded')
    return [...map.split(unembed(set))].map(
      ([line, part]) => [line, intervals.intersect(set, embed(set, part))] as const,
    )
  const parts = new Map<L4Set, AddressSet[]>()
  for (const [from, to] of imagesIn(view.table, set)) {
    const line = map.at(to)
    append(parts, line, single(from))
  }
  return [...parts].map(([line, part]) => [line, intervals.unionAll(part)] as const)
}

const imagesIn = (table: AddressTable, set: AddressSet): (readonly [Address, Address])[] => {
  if (set.length === 2 && intervals.size(set) === 1n) {
    const to = table.get(set[0]!)
    return to === undefined ? [] : [[set[0]!, to]]
  }
  const images: (readonly [Address, Address])[] = []
  for (const [from, to] of table) if (intervals.has(set, from)) images.push([from, to])
  return images
}

const LOW_32 = 0xffffffffn

/** The IPv6 addresses, under the 96-bit prefixes that occur in `near`, that embed these IPv4 addresses. */
const embed = (near: AddressSet, embedded: AddressSet): AddressSet =>
  intervals.unionAll(prefixes96(near).map((prefix) => embedded.map((bound) => prefix + BigInt(bound))))

const unembed = (set: AddressSet): AddressSet =>
  intervals.unionAll(
    prefixes96(set).map((prefix) =>
      intervals.intersect(set, [prefix, prefix + LOW_32 + 1n]).map((bound) => Number(BigInt(bound) - prefix)),
    ),
  )

const prefixes96 = (set: AddressSet): bigint[] => {
  const found: bigint[] = []
  for (const [from, to] of intervals.ranges(set)) {
    const first = BigInt(from) & ~LOW_32
    if (BigInt(to) - 1n > (first | LOW_32)) throw new Error('an embedded address outside one 96-bit prefix')
    if (found.at(-1) !== first) found.push(first)
  }
  return found
}

interface Requirement {
  readonly needed: Transport
  readonly destinationPort: PortView
}

/** What must have been sent for the layer-4 header in flight to be in `line`; several where a chosen port must be narrowed
 *  differently for different packets. */
const requirements = (line: L4Set, header: HeaderView): Requirement[] => {
  const { destinationPort, reply } = header
  if (destinationPort.is === 'sent' && destinationPort.field === 'destination' && !reply)
    return [{ needed: transport(line), destinationPort }]
  const portless = transport(reply ? portlessRequestsOf(line) : l4Algebra.subtract(line, PORTED))
  if (destinationPort.is !== 'chosen') {
    const ported = [TCP, UDP].map((protocol) => portsRequired(destinationPort, protocol, partOf(line, protocol)))
    return [{ needed: [portless, ...ported].reduce(transportAlgebra.union), destinationPort }]
  }
  const parts: Requirement[] = portless.length > 0 ? [{ needed: portless, destinationPort }] : []
  for (const protocol of [TCP, UDP]) {
    const admitted = intervals.intersect(destinationPort.ports, partOf(line, protocol))
    if (admitted.length === 0) continue
    const view: PortView = intervals.equals(admitted, destinationPort.ports)
      ? destinationPort
      : { is: 'chosen', ports: admitted }
    parts.push({ needed: transport(wholeProtocol(protocol)), destinationPort: view })
  }
  return joinEqualChoices(parts)
}

/** The line in terms of the family that the packets were sent in. */
const asSentLine = (line: L4Set, header: HeaderView, sent: Family): L4Set =>
  header.family === sent ? line : beforeTranslation(line, sent === 4 ? 'icmp' : 'icmpv6')

const portsRequired = (view: Exclude<PortView, { is: 'chosen' }>, protocol: number, admitted: PortSet): Transport => {
  if (view.is === 'fixed') return intervals.has(admitted, view.port) ? transport(wholeProtocol(protocol)) : []
  const whole = wholeProtocol(protocol)
  return view.field === 'source'
    ? transport(whole, admitted)
    : transport(l4Algebra.intersect(whole, portsLine(protocol, admitted)))
}

const joinEqualChoices = (parts: readonly Requirement[]): Requirement[] => {
  const joined: Requirement[] = []
  for (const part of parts) {
    const at = joined.findIndex(({ destinationPort }) => destinationPort === part.destinationPort)
    if (at < 0) joined.push(part)
    else joined[at] = { ...part, needed: transportAlgebra.union(joined[at]!.needed, part.needed) }
  }
  return joined
}
