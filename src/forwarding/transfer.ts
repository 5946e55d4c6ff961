/** What a hop does to packets: a closed union. A condition looks at one address, at the layer-4 header, at the sender's
 *  identity or at an open session, and at nothing else (design: separable edges). Applying a transfer keeps the packets in
 *  headers as sent, so that forward and backward are one computation (`header.ts`). */
import type { Address, AddressSet, Family } from '../packet/address.ts'
import type { AddressMap } from '../packet/address-map.ts'
import type { L4Set } from '../packet/l4.ts'
import type { AddressField, PacketSet } from '../packet/set.ts'
import type { PortSet } from '../packet/transport.ts'
import {
  type AddressTable,
  type Admitted,
  admitAddresses,
  admitLine,
  admitMap,
  admitSourcePorts,
  type HeaderView,
  mirrored,
  translate,
} from './header.ts'
import { type Choice, choiceKey } from './choice.ts'
import type { Reason } from './reason.ts'
import type { StageId } from './stage.ts'

/** The identity that a packet carries along its path, and that no header shows (R-SG-11). */
export interface Sender {
  /** The interned set of security groups of the sending interface; the empty set for one that nobody knows. */
  readonly groups: string
  /** The groups of whatever let the packet out by a reference to the receiver's group alone: whoever receives must be a member
   *  of a group that they refer to. */
  readonly letOutBy?: string
  /** Where it sends from: told where a receiver elsewhere would know it only by what is not documented. */
  readonly home?: string
  /** The identity has crossed a device behind which some receivers do not know it. */
  readonly farAway?: boolean
  /** Whom a device speaks for under its own identity: asked by nobody, and kept to tell what would be otherwise if it were (R-LB-6). */
  readonly client?: Sender
}

/** A stateful device that the packet passed: what it needs to bring the answer back. */
export interface Session {
  readonly device: string
  /** The header before the device translated it. */
  readonly before: HeaderView
  /** Set where the answer comes back to the device whatever the route tables say (R-NAT-8, R-LB-10). */
  readonly returnTo?: ReturnTo
}

export interface ReturnTo {
  /** Taken by answers inside a VPC, straight from the subnet of whoever answers; or by answers that come from outside. */
  readonly takes: 'inside' | 'outside'
  /** Where the answer enters from another subnet. */
  readonly stage: StageId
  /** The device's own subnet, and where the answer enters from there. */
  readonly neighbour?: { readonly subnet: string; readonly stage: StageId }
}

export type Condition =
  | { readonly on: 'source' | 'destination'; readonly within: AddressSet }
  | { readonly on: 'source' | 'destination'; readonly map: AddressMap<L4Set> }
  | { readonly on: 'line'; readonly line: L4Set }
  /** TCP and UDP from these ports. */
  | { readonly on: 'source-port'; readonly within: PortSet }
  | { readonly on: 'sender'; readonly admits: (sender: Sender | undefined) => L4Set }
  /** Whether only a reference to the receiver's group let the packet out: all that a component on the way asks of the sender. */
  | { readonly on: 'reference'; readonly letOut: boolean }
  | { readonly on: 'session'; readonly device: string; readonly open: boolean }
  /** Whether the answer returns by itself to the last device (R-NAT-8, R-LB-10), seen from a subnet: to a device `here` in
   *  this subnet, to one `away` from it, or `not` at all. */
  | { readonly on: 'return'; readonly from: string | undefined; readonly bound: ReturnBound }

export type ReturnBound = 'here' | 'away' | 'not'

export type Transfer =
  | { readonly do: 'only'; readonly when: Condition }
  | { readonly do: 'translate'; readonly field: AddressField; readonly table: AddressTable }
  | { readonly do: 'set-address'; readonly field: AddressField; readonly address: Address }
  /** The source becomes what the destination is now: a proxy goes on under the address it was reached at. */
  | { readonly do: 'go-on-as-destination' }
  /** IPv6 to the IPv4 address embedded in its destination (NAT64, RFC 6052). */
  | { readonly do: 'unwrap-destination' }
  /** Goes on as a packet of the other family; both addresses must have been set. */
  | { readonly do: 'change-family'; readonly family: Family }
  | { readonly do: 'set-destination-port'; readonly port: number }
  | { readonly do: 'choose-source-port'; readonly ports: PortSet }
  /** The source becomes that of somebody whom configuration does not name: one of these. */
  | { readonly do: 'choose-source'; readonly addresses: AddressSet }
  /** Sets the identity; undefined: it is lost from here on, `because` of what does not carry it (for explanations only). */
  | { readonly do: 'identify'; readonly as: Sender | undefined; readonly because?: Reason }
  /** Sets the identity, that of a device which goes on for the sender; without a sender it is its own. */
  | { readonly do: 'identify-for-client'; readonly as: Sender | undefined }
  /** The identity goes on, as one that comes from far away; for receivers that do not know it then it is lost, `because` of this. */
  | { readonly do: 'identify-from-afar'; readonly because: Reason }
  | { readonly do: 'open'; readonly device: string; readonly returnTo?: ReturnTo }
  /** The answer takes the last session of this device back to what it was before. `routed`: inside VPCs it goes on by route tables from there,
   *  also where it would return by itself to the device before. */
  | { readonly do: 'resume'; readonly device: string; readonly routed?: true }
  /** Passes a device that must see both directions of a conversation (R-FLOW-11). */
  | { readonly do: 'inspect'; readonly device: string }

/** Packets on their way, in headers as sent, with what they carry besides. */
export interface Flight {
  readonly sent: PacketSet
  readonly header: HeaderView
  readonly sender: Sender | undefined
  /** Oldest first. */
  readonly sessions: readonly Session[]
  /** Stateful middleboxes passed in this leg, sorted. */
  readonly inspectedBy: readonly string[]
  /** What was picked for good so far: what picks, and which option. */
  readonly picked: ReadonlyMap<string, string>
}

/** The packets that the transfers let through, in order: usually one flight or none; several where a port that a device
 *  chooses decides. */
export const applyAll = (transfers: readonly Transfer[], flight: Flight): readonly Flight[] => {
  let flights: readonly Flight[] = [flight]
  for (const transfer of transfers) {
    if (flights.length === 1) flights = apply(transfer, flights[0]!)
    else flights = flights.flatMap((each) => apply(transfer, each))
    if (flights.length === 0) return flights
  }
  return flights
}

/** The answer's flight, out of the request's flight as it was delivered. */
export const answering = (delivered: Flight): Flight => ({
  sent: delivered.sent,
  header: mirrored(delivered.header),
  sender: undefined,
  sessions: delivered.sessions,
  inspectedBy: [],
  picked: delivered.picked,
})

/** The flight by way of a choice; undefined where something else was picked before. */
export const picking = (flight: Flight, choice: Choice | undefined): Flight | undefined => {
  if (!choice?.kept) return flight
  const key = choiceKey(choice)
  const before = flight.picked.get(key)
  if (before !== undefined) return before === choice.option ? flight : undefined
  return { ...flight, picked: new Map(flight.picked).set(key, choice.option) }
}

const apply = (transfer: Transfer, flight: Flight): readonly Flight[] => {
  switch (transfer.do) {
    case 'only':
      return admit(transfer.when, flight)
    case 'translate': {
      const view = flight.header[transfer.field]
      if (view.is === 'fixed' && !transfer.table.has(view.address)) return []
      return [{ ...flight, header: translate(flight.sent, flight.header, transfer.field, transfer.table) }]
    }
    case 'set-address':
      return [{ ...flight, header: { ...flight.header, [transfer.field]: { is: 'fixed', address: transfer.address } } }]
    case 'go-on-as-destination':
      return [{ ...flight, header: { ...flight.header, source: flight.header.destination } }]
    case 'unwrap-destination':
      return [unwrapDestination(flight)]
    case 'change-family':
      return [{ ...flight, header: { ...flight.header, family: transfer.family } }]
    case 'set-destination-port':
      return [{ ...flight, header: { ...flight.header, destinationPort: { is: 'fixed', port: transfer.port } } }]
    case 'choose-source-port':
      return [{ ...flight, header: { ...flight.header, sourcePort: { is: 'chosen', ports: transfer.ports } } }]
    case 'choose-source':
      return [{ ...flight, header: { ...flight.header, source: { is: 'chosen', addresses: transfer.addresses } } }]
    case 'identify':
      return [{ ...flight, sender: transfer.as }]
    case 'identify-for-client':
      return [{ ...flight, sender: forClient(transfer.as, flight.sender) }]
    case 'identify-from-afar':
      return [flight.sender ? { ...flight, sender: fromAfar(flight.sender) } : flight]
    case 'open':
      return [{ ...flight, sessions: [...flight.sessions, sessionOf(transfer, flight)] }]
    case 'resume':
      return [resume(transfer, flight)]
    case 'inspect':
      return [{ ...flight, inspectedBy: [...flight.inspectedBy, transfer.device].sort() }]
  }
}

/** Without asking who it is: one that stands for many need not tell (as `Sender` may have it by accessors). */
const fromAfar = (sender: Sender): Sender =>
  Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(sender),
      farAway: { value: true, enumerable: true },
    },
  ) as Sender

const forClient = (device: Sender | undefined, client: Sender | undefined): Sender | undefined =>
  client ? { ...(device ?? { groups: '' }), client } : device

const admit = (when: Condition, flight: Flight): readonly Flight[] => {
  const { sent, header } = flight
  switch (when.on) {
    case 'source':
    case 'destination':
      return withParts(
        flight,
        'within' in when
          ? admitAddresses(sent, header, when.on, when.within)
          : admitMap(sent, header, when.on, when.map),
      )
    case 'line':
      return withParts(flight, admitLine(sent, header, when.line))
    case 'source-port':
      return withParts(flight, admitSourcePorts(sent, header, when.within))
    case 'sender':
      return withParts(flight, admitLine(sent, header, when.admits(flight.sender)))
    case 'reference':
      return isLetOutByReference(flight.sender) === when.letOut ? [flight] : []
    case 'session':
      return flight.sessions.some(({ device }) => device === when.device) === when.open ? [flight] : []
    case 'return':
      return returnBound(flight, when.from) === when.bound ? [flight] : []
  }
}

/** Without asking by what, which not everybody can tell. */
export const isLetOutByReference = (sender: Sender | undefined): boolean => sender !== undefined && 'letOutBy' in sender

/** Where the answer goes by itself, from this subnet; undefined where route tables decide. */
export const returnStage = (flight: Flight, subnet: string | undefined): StageId | undefined => {
  const returnTo = pendingReturn(flight, subnet)
  return returnTo?.neighbour && returnTo.neighbour.subnet === subnet ? returnTo.neighbour.stage : returnTo?.stage
}

const returnBound = (flight: Flight, subnet: string | undefined): ReturnBound => {
  const returnTo = pendingReturn(flight, subnet)
  if (!returnTo) return 'not'
  return returnTo.neighbour && returnTo.neighbour.subnet === subnet ? 'here' : 'away'
}

const pendingReturn = (flight: Flight, subnet: string | undefined): ReturnTo | undefined => {
  const returnTo = flight.header.reply ? flight.sessions.at(-1)?.returnTo : undefined
  return returnTo?.takes === (subnet === undefined ? 'outside' : 'inside') ? returnTo : undefined
}

const withParts = (flight: Flight, parts: readonly Admitted[]): readonly Flight[] =>
  parts.length === 1 && parts[0]!.sent === flight.sent && parts[0]!.header === flight.header
    ? [flight]
    : parts.map((part) => ({ ...flight, ...part }))

const sessionOf = (transfer: Extract<Transfer, { do: 'open' }>, { header }: Flight): Session => ({
  device: transfer.device,
  before: header,
  ...(transfer.returnTo && { returnTo: transfer.returnTo }),
})

const resume = ({ device, routed }: Extract<Transfer, { do: 'resume' }>, flight: Flight): Flight => {
  const at = flight.sessions.findLastIndex((session) => session.device === device)
  if (at < 0) throw new Error(`no session of ${device} to resume`)
  const left = flight.sessions.slice(0, at)
  return {
    ...flight,
    header: mirrored(flight.sessions[at]!.before),
    sessions: routed ? left.map(withoutReturnInside) : left,
  }
}

const withoutReturnInside = (session: Session): Session => {
  if (session.returnTo?.takes !== 'inside') return session
  const { returnTo: _, ...rest } = session
  return rest
}

const unwrapDestination = (flight: Flight): Flight => {
  const { destination } = flight.header
  if (destination.is !== 'sent' || flight.header.family !== 6)
    throw new Error('only an IPv6 destination as sent embeds')
  return {
    ...flight,
    header: { ...flight.header, family: 4, destination: { is: 'embedded', field: destination.field } },
  }
}
