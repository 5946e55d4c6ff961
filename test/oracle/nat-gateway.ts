/** NAT gateways: what they translate, to which of their addresses and ports, and where the packet goes from there. Replies are
 *  known by the session they leave behind. */
import { addressOf, blockOf, within } from './address.ts'
import { type Entry, type Estate, isUsable } from './estate.ts'
import { anonymous, drop, type Flight, ICMP, ICMPV6, type Packet, TCP, to, UDP, unknown } from './flight.ts'

export const atNatGateway = (estate: Estate, flight: Flight, id: string, zone: string | undefined): Flight[] => {
  const gateway = estate.get('natGateway', id)
  if (!gateway) return [unknown(flight, `${id} is not in the snapshot`)]
  const { State: state = 'available', VpcId: vpc, SubnetId: subnet, RouteTableId: table } = gateway.raw
  if (flight.leg === 'reply') return [drop(flight, `NGW_NO_SESSION ${id} never saw the request`)]
  // It would translate for ever: the destination is the same, and so is the table that follows (R-FLOW-8).
  const { destination } = flight.packet
  if (
    flight.sessions.some(
      (each) => each.kind === 'nat gateway' && each.gateway === id && each.after.destination === destination,
    )
  )
    return [drop(flight, 'ROUTE_LOOP')]
  const translatable = asV4(flight.packet)
  if (typeof translatable === 'string') return [drop(flight, translatable)]
  const bare = anonymous(flight)
  if (!bare) return [drop(flight, 'SG_EGRESS by reference ends at the NAT gateway')]
  // After all that the gateway would refuse in any state.
  if (state === 'pending') return [unknown(flight, `${id} is pending`)]
  if (state !== 'available') return [drop(flight, `BAD_STATE ${id} is ${state}`)]
  if (vpc === undefined || (subnet === undefined && table === undefined))
    return [unknown(flight, `${id} names neither subnet nor route table`)]
  const addresses = addressesOf(gateway, zone)
  if (typeof addresses === 'string') return [unknown(flight, addresses)]
  if (addresses.length === 0) {
    const listed = gateway.raw.NatGatewayAddresses ?? []
    const failed = listed.length > 0 && listed.every(({ Status }) => Status === 'failed')
    return [failed ? drop(flight, `${id} has no address that works`) : unknown(flight, `no address of ${id} was read`)]
  }
  return addresses.flatMap(({ source, zone }) =>
    portsOf(estate, translatable).map((sourcePort) => {
      const after = { ...translatable, source, sourcePort }
      const session = {
        kind: 'nat gateway',
        gateway: id,
        zone,
        before: flight.packet,
        after,
        intoPeering: false,
      } as const
      const place = { at: 'routing', vpc, subnet, origin: 'nat gateway' } as const
      return to(
        bare,
        // A regional gateway has its own table and no subnet (R-NAT-13).
        subnet === undefined ? { ...place, table: table!, zone } : place,
        `${id} translates, source port ${sourcePort ?? 'none'}`,
        { packet: after, sessions: [...bare.sessions, session] },
      )
    }),
  )
}

/** R-NAT-1, R-NAT-12, R-ROUTE-24: the IPv4 packet that leaves, or why there is none. */
const asV4 = (packet: Packet): Packet | string => {
  const { family, protocol, destination, icmpType } = packet
  if (family === 4)
    return [TCP, UDP, ICMP].includes(protocol) ? packet : `PROTOCOL_RESTRICTION ${protocol} at a NAT gateway`
  if (!within(blockOf('64:ff9b::/96'), 6, destination)) return 'a NAT gateway takes IPv6 for 64:ff9b::/96 alone'
  const embedded = { ...packet, family: 4 as const, destination: destination & 0xffffffffn }
  if (protocol === TCP || protocol === UDP) return embedded
  if (protocol !== ICMPV6 || (icmpType !== 128 && icmpType !== 129)) return 'NAT64 translates TCP, UDP and echo'
  return { ...embedded, protocol: ICMP, icmpType: icmpType === 128 ? 8 : 0 }
}

/** Private addresses it may take (R-NAT-11, R-NAT-15); for a regional one those of the zone, else of another (R-NAT-14). */
const addressesOf = ({ id, raw }: Entry<'natGateway'>, zone: string | undefined): Address[] | string => {
  const usable = (raw.NatGatewayAddresses ?? [])
    .filter(({ Status }) => isUsable(Status))
    .flatMap(({ PrivateIp, PublicIp, AvailabilityZoneId, AvailabilityZone }): Address[] => {
      const text = PrivateIp ?? PublicIp
      return text === undefined ? [] : [{ source: addressOf(text), zone: AvailabilityZoneId ?? AvailabilityZone }]
    })
  if (raw.SubnetId !== undefined) return usable
  const near = usable.filter((each) => zone !== undefined && each.zone === zone)
  if (near.length > 0) return near
  const manual = raw.AutoProvisionZones === 'disabled'
  return manual ? `${id} has no address in zone ${zone} (REGIONAL_NGW_ROUTE_AZ_RESTRICTION)` : usable
}

interface Address {
  readonly source: bigint
  readonly zone: string | undefined
}

/** One port of each stretch of 1024-65535 that no network ACL cuts: which one AWS takes decides about the reply and nothing else
 *  does. */
export const portsOf = (estate: Estate, { protocol }: Packet): readonly (number | undefined)[] => {
  if (protocol !== TCP && protocol !== UDP) return [undefined]
  return estate.once('source ports that AWS may choose', () => {
    const cuts = new Set([1024])
    for (const { raw } of estate.all('networkAcl'))
      for (const { PortRange } of raw.Entries ?? [])
        for (const cut of [PortRange?.From, PortRange?.To === undefined ? undefined : PortRange.To + 1])
          if (cut !== undefined && cut > 1024 && cut <= 65535) cuts.add(cut)
    return [...cuts].sort((a, b) => a - b)
  })
}
