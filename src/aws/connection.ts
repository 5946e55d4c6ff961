/** What connections with networks on premises have in common: virtual private gateways and attachments of transit gateways, over VPN or Direct
 *  Connect (R-VGW, R-VPN, R-DX). */
import type { Reason } from '../forwarding/reason.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { HOST_ADDRESSES, UNIQUE_LOCAL } from '../packet/special-purpose.ts'
import { neverForwarded } from './amazon-service.ts'
import { internetSpace } from './internet.ts'
import { perPlane, type Plane } from './plane.ts'

/** A connection as networks on premises see it. */
export interface Connection {
  readonly id: string
  /** Where what comes by it enters; undefined of one that nobody read. */
  readonly entrance: StageId | undefined
  /** Addresses on premises that are known to lie behind it. */
  readonly sites: AddressSet
  /** Others that it has prefixes for: public, or of a VPC of the estate. */
  readonly beyond: AddressSet
  /** Others, of which nobody read whether they do. */
  readonly possible?: { readonly sites: AddressSet; readonly reason: Reason }
  /** The addresses that it leads to. */
  readonly leadsTo: AddressSet
}

/** Of the prefixes behind a connection, the addresses that somebody on premises has. One that lies in a VPC to which it does not lead is one that
 *  both have; of a wider one the VPC's part is the VPC's. */
export const sitesAmong = (plane: Plane, prefixes: AddressSet, leadsTo: AddressSet): AddressSet => {
  const inside = vpcSpace(plane)
  const twice = [...intervals.ranges(intervals.subtract(prefixes, leadsTo))].filter((range) =>
    intervals.covers(inside, [...range]),
  )
  const near = intervals.intersect(prefixes, onPremisesSpace(plane))
  return intervals.union(
    near,
    intervals.intersect(intervals.unionAll(twice.map((range) => [...range])), hostsOf(plane)),
  )
}

/** The public addresses that it has prefixes for. A default route, of whatever is left beside others, leads to the internet, as far as anybody can
 *  tell: then there are none. */
export const publicSitesOf = ({ family }: Plane, { beyond }: Pick<Connection, 'beyond'>): AddressSet => {
  const world = internetSpace(family)
  const sites = intervals.intersect(beyond, world)
  return 2n * intervals.size(sites) > intervals.size(world) ? [] : sites
}

/** The addresses that only somebody on premises can have. Public ones may be on the internet behind it, and those of a VPC of the estate may
 *  be led back into AWS from there (R-DX-1): where these end is not in the configuration of AWS. */
export const onPremisesSpace = perPlane((plane): AddressSet => intervals.subtract(hostsOf(plane), vpcSpace(plane)))

/** Less what is publicly routable, and what no host has. */
const hostsOf = ({ family }: Plane): AddressSet =>
  intervals.subtract(
    family === 4 ? HOST_ADDRESSES : UNIQUE_LOCAL,
    intervals.union(internetSpace(family), neverForwarded(family)),
  )

const vpcSpace = perPlane((plane): AddressSet =>
  intervals.unionAll(plane.network.vpcIds().map((id) => plane.network.vpcBlocks(id, plane.family))),
)
