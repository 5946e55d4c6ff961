/** NAT gateway: TCP, UDP and ICMP leave with its address and a port of its own choice; the internet gateway then makes a public
 *  gateway's address public. Nothing may start a conversation inwards.
 *  https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html */
import { type Address, addressLine, type AddressSet, formatAddress, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { NAT64_PREFIX } from '../packet/nat64.ts'
import { complement, ECHO, echoRequests, icmp, l4, type L4Set, wholeProtocol } from '../packet/l4.ts'
import { ICMP, ICMPV6, TCP, UDP } from '../packet/protocol.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { Condition, Transfer } from '../forwarding/transfer.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { filterByAcl } from './network-acl.ts'
import { because, type Behaviour, dropIdentity, oneOf, type Plane } from './plane.ts'
import { routeBy } from './routing.ts'
import { isServing } from './state.ts'

export const natGateway: Behaviour<'natGateway'> = {
  /** From another subnet: the NACL of the gateway's own (R-NACL-13). A regional gateway has none (R-NACL-18). */
  ingress: (plane, draft, id, client) => {
    const { SubnetId: subnetId } = rawOf(plane, id)
    const intake = plane.at('natGateway', id, 'intake', client)
    if (subnetId !== undefined) filterByAcl(plane, draft, subnetId, 'inbound', intake)
    else draft.to(intake, because('NAT_GATEWAY', id), { assumptions: ['R-NACL-18'] })
  },

  intake: (plane, draft, id, client) => {
    const raw = rawOf(plane, id)
    // The answer to a conversation that came in another way: the gateway never saw it begin (R-IGW-7).
    draft.drop(because('ASYMMETRIC_RETURN', id), { leg: 'reply' })
    const pass = dropIdentity(draft, id)
    const translated = plane.family === 4 ? TRANSLATED : TRANSLATED_NAT64
    draft.drop(because('PROTOCOL_RESTRICTION', id), {
      when: [...pass.when, { on: 'line', line: complement(translated) }],
      leg: 'request',
    })
    const translatable = [...pass.when, { on: 'line', line: translated } as const]
    if (isServing(draft, id, raw.State, { when: translatable, leg: 'request' }))
      translate(plane, draft, id, client, raw, translatable, pass.then)
  },

  /** A packet to one of the gateway's own addresses: an answer to a conversation it began, or nothing (R-NAT-3). */
  arriving: (plane, draft, id) => {
    const unsolicited = because('NGW_NO_SESSION', id)
    if (!plane.network.get('natGateway', id)) {
      draft.drop(unsolicited)
      return
    }
    const sessions = [
      { device: id, back: plane },
      { device: nat64Of(id), back: plane.in(6) },
    ]
    // An IPv6 client's packet that comes to the gateway again is an IPv4 packet by then: of two conversations that one is the later.
    for (const [index, { device, back }] of sessions.entries())
      draft.to(plane.in(back.family).at('natGateway', id, 'home'), because('NAT_GATEWAY_RETURNS', id), {
        when: [
          { on: 'session', device, open: true },
          ...sessions.slice(0, index).map((later) => ({ on: 'session', device: later.device, open: false }) as const),
        ],
        // A load balancer that keeps its client's address gets its answer back from its target, not from a gateway before that (R-LB-10).
        then: [{ do: 'resume', device, routed: true }],
        leg: 'reply',
        effect: 'translate',
      })
    draft.drop(unsolicited, { leg: 'request' })
    draft.drop(unsolicited, {
      when: sessions.map(({ device }) => ({ on: 'session', device, open: false }) as const),
      leg: 'reply',
    })
  },

  /** An answer on its way to the client, by the table of the gateway's subnet (R-NAT-10). */
  home: (plane, draft, id) => {
    const { VpcId: vpcId } = rawOf(plane, id)
    const inside = vpcId === undefined ? [] : plane.network.vpcBlocks(vpcId, plane.family)
    const next = sending(plane, id)
    draft.to(next, because('NAT_GATEWAY', id), { when: [{ on: 'destination', within: inside }] })
    draft.to(next, because('NAT_GATEWAY', id), {
      when: [{ on: 'destination', within: intervals.subtract(addressLine(plane.family), inside) }],
      assumptions: ['R-NAT-10'],
    })
  },

  /** A regional gateway's own route table (R-NAT-13, R-EDGE-8). */
  route: (plane, draft, id, client) => {
    const { RouteTableId: tableId, VpcId: vpcId } = rawOf(plane, id)
    if (tableId === undefined || vpcId === undefined || !plane.network.get('routeTable', tableId)) {
      draft.unknown(because('ROUTE_TABLE_UNKNOWN', id))
      return
    }
    const at = { vpcId, ...(client !== '' && { client }) }
    const standIns = standInsOf(plane, id)
    const others = intervals.subtract(addressLine(plane.family), standIns)
    routeBy(plane, draft, tableId, at, [{ on: 'source', within: others }])
    if (standIns.length > 0)
      routeBy(plane, draft, tableId, { ...at, standsInFor: id }, [{ on: 'source', within: standIns }])
  },

  /** An answer over a peering comes back to the gateway whatever the peer's routes say; only NACLs judge it (R-NAT-8). */
  returning: (plane, draft, id, peering) => {
    const { SubnetId: subnetId } = rawOf(plane, id)
    const arriving = plane.at('natGateway', id, 'returned', peering)
    if (subnetId !== undefined) filterByAcl(plane, draft, subnetId, 'inbound', arriving)
    else draft.to(arriving, because('NAT_GATEWAY_RETURNS', id))
  },

  returned: (plane, draft, id, peering) => {
    draft.to(plane.at('natGateway', id, 'arriving'), because('NAT_GATEWAY_RETURNS', id), {
      then: [{ do: 'resume', device: peering }],
      leg: 'reply',
    })
    draft.drop(because('NGW_NO_SESSION', id), { leg: 'request' })
  },
}

/** The private IPv4 addresses that a gateway translates to, for those who must know its packets by their source. */
export const natSources = (plane: Plane, id: string): readonly Address[] =>
  addressesOf(plane, id, rawOf(plane, id)).map(({ address }) => address)

/** Public addresses of a regional gateway that stand for private ones which are not listed (R-NAT-13). They will do for the internet
 *  gateway, and for nobody else, who sees the private ones (R-NAT-6, R-EDGE-3). */
export const standInsOf = (plane: Plane, id: string): AddressSet => {
  const raw = rawOf(plane, id)
  if (plane.family === 6 || raw.SubnetId !== undefined) return []
  return intervals.unionAll(
    addressesOf(plane, id, raw).flatMap(({ address, standsIn }) => (standsIn ? [single(address)] : [])),
  )
}

const translate = (
  plane: Plane,
  draft: Draft,
  id: string,
  client: string,
  raw: RawOf<'natGateway'>,
  when: readonly Condition[],
  then: readonly Transfer[],
): void => {
  const { choices, unknown, assumptions } = addressesFor(plane, id, raw, client)
  const listed = raw.NatGatewayAddresses ?? []
  if (listed.length > 0 && listed.every(({ Status }) => Status === 'failed')) {
    draft.drop(because('BAD_STATE', id), { when, leg: 'request' })
    return
  }
  if (unknown || choices.length === 0) {
    const reason = unknown ? because('REGIONAL_NGW_ROUTE_AZ_RESTRICTION', id) : because('NAT_ADDRESS_UNKNOWN', id)
    // What it has sent on itself goes in circles, whether or not it takes it again (R-FLOW-8).
    const [passed, passedAs64] = [id, nat64Of(id)].map((device) => ({ on: 'session', device }) as const)
    const loop = because('ROUTE_LOOP', id)
    draft.drop(loop, { when: [...when, { ...passed!, open: true }], leg: 'request' })
    const not = { ...passed!, open: false }
    draft.drop(loop, { when: [...when, not, { ...passedAs64!, open: true }], leg: 'request' })
    draft.unknown(reason, { when: [...when, not, { ...passedAs64!, open: false }], leg: 'request', assumptions })
    return
  }
  const nat64: Transfer[] = plane.family === 6 ? [{ do: 'unwrap-destination' }] : []
  const within = plane.family === 6 ? ([{ on: 'destination', within: NAT64_PREFIX }] as const) : []
  for (const address of choices)
    draft.to(sending(plane.in(4), id, client), because('NGW_SOURCE_ADDRESS_REASSIGN', id), {
      when: [...when, ...within],
      then: [
        ...then,
        { do: 'open', device: plane.family === 6 ? nat64Of(id) : id },
        ...nat64,
        { do: 'set-address', field: 'source', address },
        { do: 'choose-source-port', ports: [1024, 65536] },
      ],
      effect: 'translate',
      leg: 'request',
      assumptions,
      ...(choices.length > 1 && oneOf(because('NAT_ADDRESS_CHOICE', id), formatAddress(address))),
    })
  if (plane.family === 6)
    draft.drop(because('BAD_STATE_ROUTE', id), {
      when: [...when, { on: 'destination', within: intervals.subtract(addressLine(6), NAT64_PREFIX) }],
      leg: 'request',
    })
}

/** Where the gateway puts packets on the wire. */
const sending = (plane: Plane, id: string, client = ''): StageId => {
  const { SubnetId: subnetId } = rawOf(plane, id)
  return subnetId === undefined ? plane.at('natGateway', id, 'route', client) : plane.at('subnet', subnetId, 'leaving')
}

interface NatAddress {
  readonly address: Address
  readonly zone: string | undefined
  /** It is public, and stands for a private one that is not listed. */
  readonly standsIn: boolean
}

/** The addresses a client of this subnet may leave with (R-NAT-11, R-NAT-14, R-NAT-15). */
const addressesFor = (plane: Plane, id: string, raw: RawOf<'natGateway'>, client: string) => {
  const all = addressesOf(plane, id, raw)
  const appliances = (raw.AttachedAppliances ?? []).length > 0 ? ['R-NAT-16'] : []
  if (raw.SubnetId !== undefined)
    return { choices: all.map(({ address }) => address), unknown: false, assumptions: appliances }
  const zone = plane.network.zoneOf(client)
  const here = all.filter((each) => each.zone === zone && zone !== undefined)
  const automatic = raw.AutoProvisionZones !== 'disabled'
  const chosen = here.length > 0 ? here : all
  return {
    choices: chosen.map(({ address }) => address),
    unknown: here.length === 0 && !automatic,
    assumptions: here.length === 0 && !automatic ? [...appliances, 'R-NAT-14'] : appliances,
  }
}

const addressesOf = (plane: Plane, id: string, raw: RawOf<'natGateway'>): readonly NatAddress[] =>
  (raw.NatGatewayAddresses ?? []).flatMap(
    ({ PrivateIp, PublicIp, Status = 'succeeded', AvailabilityZoneId, AvailabilityZone }) => {
      const text = PrivateIp ?? PublicIp
      if (Status !== 'succeeded' || text === undefined) return []
      const address = plane.network.block(text, { kind: 'natGateway', id, field: 'NatGatewayAddresses' })?.first
      return address === undefined
        ? []
        : [{ address, zone: AvailabilityZoneId ?? AvailabilityZone, standsIn: PrivateIp === undefined }]
    },
  )

const rawOf = (plane: Plane, id: string): RawOf<'natGateway'> => {
  const raw = plane.network.raw('natGateway', id)
  if (!raw) throw new Error(`no NAT gateway ${id}`)
  return raw
}

/** Sessions of IPv6 clients are kept apart: their answers go back into the IPv6 plane. */
const nat64Of = (id: string): string => `${id} NAT64`

const lines = (protocols: readonly number[]): L4Set =>
  l4(intervals.unionAll(protocols.map((protocol) => wholeProtocol(protocol).points)))

/** R-NAT-1. */
const TRANSLATED = lines([TCP, UDP, ICMP])
/** Of ICMPv6 only echo has a like in ICMP that a conversation needs. */
const TRANSLATED_NAT64 = l4(
  intervals.unionAll([lines([TCP, UDP]).points, echoRequests(6).points, icmp(ICMPV6, ECHO[6].reply).points]),
)
