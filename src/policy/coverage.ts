/** Which part of a group a selector takes: all of it, some addresses of a place outside, or nothing. */
import { ownerOf } from '../aws/endpoint-class.ts'
import type { Compiled } from '../aws/compile.ts'
import { connectedAddresses } from '../aws/on-premises.ts'
import { endsOf } from '../analysis/question.ts'
import type { Place } from '../analysis/place.ts'
import { isAmazonService } from '../aws/service-name.ts'
import { type AddressSet, addressLine, type Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { AddressField, PacketSet } from '../packet/set.ts'
import type { Party } from './crowd.ts'
import type { Selected } from './selected.ts'

/** Whether all of a group is selected. */
export const takes = (selected: Selected, party: Party): boolean =>
  selected.any ||
  (party.members ? selected.has(party.members[0]!) : selected.outside.some(({ selector }) => selector === party.key))

/** The part of the packets whose end on one side is selected. `other` is the group at the other end, of which `vpc` speaks. */
export const partTaken = (
  compiled: Compiled,
  selected: Selected,
  side: AddressField,
  {
    party,
    other,
    byPublicAddress = false,
  }: { readonly party: Party; readonly other: Party; readonly byPublicAddress?: boolean },
  packets: PacketSet,
): PacketSet => {
  if (takes(selected, party) || (selected.ownVpc && isSameVpc(party, other))) return packets
  // What goes to a public address has left the estate, and comes in from the internet.
  if (byPublicAddress && selected.outside.some(({ is }) => is === 'internet')) return packets
  if (party.members) return isEndpointOf(compiled, selected, party) ? packets : packets.subtract(packets)
  const addresses = intervals.unionAll(selected.outside.map((place) => addressesOf(compiled, place, packets.family)))
  if (party.place.is === 'aws-service' && selected.outside.some(({ is }) => is === 'internet')) return packets
  return packets.narrowAddresses(side, addresses)
}

const isSameVpc = (a: Party, b: Party): boolean => a.identity.vpc !== undefined && a.identity.vpc === b.identity.vpc

/** The addresses by which a place outside is known. */
const addressesOf = (compiled: Compiled, place: Place, family: Family): AddressSet => {
  switch (place.is) {
    case 'addresses':
      return place.family === family ? place.addresses : []
    case 'aws-service':
      return intervals.unionAll(
        endsOf(compiled, place, family, 'interfaces', [])
          .filter(({ translated }, index) => index === 0 || translated)
          .map(({ addresses }) => addresses),
      )
    case 'internet':
      return addressLine(family)
    case 'onprem':
      return connectedAddresses(compiled.planes[family])
    case 'interfaces':
      return []
  }
}

/** An interface endpoint is a way to a service of AWS. */
const isEndpointOf = ({ network }: Compiled, { outside }: Selected, { members }: Party): boolean =>
  outside.some((place) => {
    if (place.is !== 'aws-service') return false
    return members!.every((each) => {
      const owner = ownerOf(network, each)
      if (owner.is !== 'interface-endpoint') return false
      const name = network.raw('vpcEndpoint', owner.id)?.ServiceName
      const services = place.services.length > 0 ? place.services : [undefined]
      return services.some((service) => isAmazonService(name, service))
    })
  })
