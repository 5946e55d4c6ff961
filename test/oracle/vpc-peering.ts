/** VPC peering connections: which addresses cross, and what the path still vouches for on the other side. */
import { type Block, blockOf, withinAny } from './address.ts'
import { type Entry, type Estate, vpcBlocks } from './estate.ts'
import { anonymous, drop, type Flight, type Session, to, unknown } from './flight.ts'

type Side = NonNullable<Entry<'vpcPeeringConnection'>['raw']['AccepterVpcInfo']>

export const overPeering = (estate: Estate, flight: Flight, id: string, vpc: string): Flight[] => {
  const connection = estate.get('vpcPeeringConnection', id)
  if (!connection) return [unknown(flight, `${id} is not in the snapshot`)]
  const { AccepterVpcInfo: accepter = {}, RequesterVpcInfo: requester = {}, Status: status } = connection.raw
  if (status?.Code !== 'active') return [drop(flight, `BAD_STATE ${id} is ${status?.Code}`)]
  const [near, far] = requester.VpcId === vpc ? [requester, accepter] : [accepter, requester]
  if (near.VpcId !== vpc || far.VpcId === undefined) return [drop(flight, `${id} is no peering of ${vpc}`)]
  const { packet } = flight
  // R-PCX-2.
  if (!withinAny(blocksOf(estate, near), packet.family, packet.source))
    return [drop(flight, 'PCX_REQUIRES_ADDRESS_IN_VPC_CIDR source')]
  if (!withinAny(blocksOf(estate, far), packet.family, packet.destination))
    return [drop(flight, 'PCX_REQUIRES_ADDRESS_IN_VPC_CIDR destination')]
  const crossed = regionOf(estate, near) === regionOf(estate, far) ? flight : anonymous(flight)
  if (!crossed) return [drop(flight, 'SG_EGRESS by reference ends at an inter-region peering')]
  if (!estate.get('vpc', far.VpcId)) return [unknown(crossed, `${far.VpcId} was not read`)]
  // R-PCX-4: implicit local delivery, edge tables do not apply.
  return [
    to(crossed, { at: 'local', vpc: far.VpcId, from: undefined }, `${id} to ${far.VpcId}`, {
      sessions: flight.leg === 'request' ? markedForReturn(flight, vpc, estate) : flight.sessions,
    }),
  ]
}

/** R-NAT-8: what a NAT gateway sends into a peering comes back to it without a route. */
const markedForReturn = (flight: Flight, vpc: string, estate: Estate): readonly Session[] => {
  const last = flight.sessions.at(-1)
  if (last?.kind !== 'nat gateway' || estate.get('natGateway', last.gateway)?.raw.VpcId !== vpc) return flight.sessions
  return [...flight.sessions.slice(0, -1), { ...last, intoPeering: true }]
}

/** R-PCX-8: the connection knows the far blocks even where the VPC was not read. */
const blocksOf = (estate: Estate, side: Side): readonly Block[] => {
  if (side.VpcId !== undefined && estate.get('vpc', side.VpcId)) return vpcBlocks(estate, side.VpcId)
  const v4 = (side.CidrBlockSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? [])
  const v6 = (side.Ipv6CidrBlockSet ?? []).flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? [])
  const first = v4.length === 0 && side.CidrBlock !== undefined ? [side.CidrBlock] : []
  return [...v4, ...first, ...v6].map(blockOf)
}

const regionOf = (estate: Estate, side: Side): string | undefined =>
  (side.VpcId === undefined ? undefined : estate.get('vpc', side.VpcId)?.region) ?? side.Region
