/** Appliance mode: by which of its zones a transit gateway hands a flow to an attachment (R-TGW-9, R-TGW-11).
 *  https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html */
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { perPlane, type Plane } from './plane.ts'
import { NO_ZONE } from './transit-gateway-association.ts'

/** One zone's way into what is attached: a subnet of a VPC, or an endpoint of a firewall. */
export interface Door {
  readonly id: string
  readonly zone: string | undefined
}

/** The doors that may be taken to these destinations. */
export interface Exit {
  readonly doors: readonly Door[]
  readonly to: AddressSet
}

/** The door in the sender's zone where there is one, else any. */
export const nearestDoors = (zone: string, doors: readonly Door[]): readonly Door[] => {
  const same = doors.find((door) => door.zone === zone)
  return same === undefined ? doors : [same]
}

/** In appliance mode a flow between zones goes by any zone, and both its directions by the same; one of whose ends has no zone keeps to
 *  that of the other (R-TGW-11). */
export const pinnedExits = (plane: Plane, gateway: string, zone: string, doors: readonly Door[]): readonly Exit[] => {
  const everybody = addressLine(plane.family)
  const elsewhere = otherZones(plane, gateway, zone)
  if (zone !== NO_ZONE)
    return [
      { doors: nearestDoors(zone, doors), to: intervals.subtract(everybody, elsewhere) },
      { doors, to: elsewhere },
    ]
  let left: AddressSet = everybody
  const own = doors.map((door): Exit => {
    const others = otherZones(plane, gateway, door.zone)
    const to = intervals.intersect(left, intervals.subtract(elsewhere, others))
    left = intervals.subtract(left, to)
    return { doors: [door], to }
  })
  return [...own, { doors, to: left }]
}

/** Addresses in zones other than this one, as far as the gateway knows of zones: what is behind its peerings has none. */
const otherZones = perPlane((plane, gateway: string, zone: string | undefined): AddressSet =>
  intervals.unionAll(
    plane.network
      .all('transitGatewayVpcAttachment')
      .flatMap(({ raw }) =>
        raw.TransitGatewayId === gateway && raw.VpcId !== undefined ? plane.network.subnetsOf(raw.VpcId) : [],
      )
      .filter(({ id }) => plane.network.parentZoneOf(id) !== zone)
      .map(({ id }) => plane.network.subnetBlocks(id, plane.family)),
  ),
)
