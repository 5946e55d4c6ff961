/** What connections with networks on premises have in common: virtual private gateways and attachments of transit gateways, over VPN or Direct
 *  Connect (R-VGW, R-VPN, R-DX). */
import type { Reason } from '../forwarding/reason.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { neverForwarded } from './amazon-service.ts'
import { HOST_ADDRESSES, internetSpace } from './internet.ts'
import type { Plane } from './plane.ts'
import { UNIQUE_LOCAL } from './public-address.ts'

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
  readonly perhaps?: { readonly sites: AddressSet; readonly reason: Reason }
  /** The addresses that it leads to. */
  readonly leadsTo: AddressSet
}

/** The addresses that only somebody on premises can have. Public ones may be on the internet behind it, and those of a VPC of the estate may
 *  be led back into AWS from there (R-DX-1): where these end is not in the configuration of AWS. */
export const onPremisesSpace = (plane: Plane): AddressSet =>
  plane.once('addresses on premises', () => {
    const { network, family } = plane
    const hosts = family === 4 ? HOST_ADDRESSES : UNIQUE_LOCAL
    const elsewhere = [
      internetSpace(family),
      neverForwarded(family),
      ...network.vpcIds().map((id) => network.vpcBlocks(id, family)),
    ]
    return intervals.subtract(hosts, intervals.unionAll(elsewhere))
  })
