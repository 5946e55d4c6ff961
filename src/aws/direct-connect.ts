/** Associations of Direct Connect gateways with virtual private gateways and transit gateways.
 *  https://docs.aws.amazon.com/directconnect/latest/UserGuide/allowed-to-prefixes.html */
import type { Of } from '../network/network.ts'
import { recordIndex } from '../network/record-index.ts'
import { type AddressSet, prefixSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Plane } from './plane.ts'

type Association = Of<'directConnectGatewayAssociation'>

const associationsByGateway = recordIndex('directConnectGatewayAssociation', ({ raw }) =>
  raw.associatedGateway?.id === undefined ? [] : [raw.associatedGateway.id],
)

/** Of one gateway, in whatever state. */
export const associationsOf = ({ network }: Plane, gateway: string): readonly Association[] =>
  network.indexed(associationsByGateway).get(gateway) ?? []

/** The prefixes that are allowed to be told of (R-DX-2); undefined where they are absent or one is none. */
export const allowedPrefixes = ({ network, family }: Plane, { kind, id, raw }: Association): AddressSet | undefined => {
  const field = 'allowedPrefixesToDirectConnectGateway'
  const blocks = raw[field]?.map(({ cidr }) =>
    cidr === undefined ? undefined : network.block(cidr, { kind, id, field }),
  )
  if (!blocks || blocks.includes(undefined)) return undefined
  return intervals.unionAll(blocks.flatMap((block) => (block?.family === family ? [prefixSet(block)] : [])))
}
