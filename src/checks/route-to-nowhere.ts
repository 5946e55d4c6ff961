import { routesOf, routeText } from '../aws/route-table.ts'
import { availabilityOf } from '../aws/state.ts'
import { judge } from '../analysis/reach.ts'
import { type Place, placeOfInterfaces } from '../analysis/place.ts'
import type { Network, Of } from '../network/network.ts'
import { type AddressSet, FAMILIES, formatAddress, single } from '../packet/address.ts'
import { packetsAsJson } from '../packet/describe.ts'
import * as intervals from '../packet/intervals.ts'
import { PacketSet } from '../packet/set.ts'
import { sample } from '../packet/sample.ts'
import { deletionOf, destinationOf } from '../changes/change.ts'
import type { Check, CheckContext, Found } from './check.ts'
import { labelled, resourceOf } from './proof.ts'

/** What is lost arrives nowhere: the packets are told, and none is traced to an end. */
export const routeToNowhere: Check = {
  id: 'route-to-nowhere',
  severity: 'low',
  title: 'a route leads to something that is gone or out of service',
  why: 'packets are lost without a word; and whoever can make the target anew receives them',
  docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html',
  mend: 'delete the route, or lead it to what should take the packets',
  find: (context) => {
    const { network } = context.compiled
    return network.all('routeTable').flatMap((table) => {
      const subnet = subnetWithInterface(network, table)
      return subnet === undefined ? [] : lostRoutes(context, table, subnet)
    })
  },
}

/** Tables that nothing sends by lose nothing. */
const subnetWithInterface = (network: Network, table: Of<'routeTable'>): string | undefined =>
  network
    .subnetsOf(table.raw.VpcId)
    .find(({ id }) => network.routeTableOf(id)?.id === table.id && network.interfacesIn(id).length > 0)?.id

const lostRoutes = ({ compiled }: CheckContext, table: Of<'routeTable'>, subnet: string): readonly Found[] => {
  const { network, planes } = compiled
  return FAMILIES.flatMap((family) => {
    const senders = network.interfacesIn(subnet).filter((each) => each.addressSet(family).length > 0)
    const [sender] = senders
    if (!sender) return []
    return [...routesOf(planes[family], table.id).parts()].flatMap(([decision, addresses]): readonly Found[] => {
      const [route] = decision?.routes ?? []
      if (!route || decision?.unread || !isLost(network, table, route)) return []
      const packets = PacketSet.of(family, { sources: sender.addressSet(family), destinations: addresses })
      const { verdict } = judge(compiled, placeOfInterfaces([sender]), addressPlace(packets, addresses), {})
      if (verdict !== 'unreachable') return []
      const record = (table.raw.Routes ?? []).find((each) => routeText(network, each) === route.text)
      const destination = record && destinationOf(record)
      if (!record || destination === undefined) return []
      return [
        {
          resource: resourceOf(table, 'route-table'),
          part: destination,
          title: `${labelled(network, table.id)} sends ${destination} nowhere: ${lostText(network, route)}`,
          packets: packetsAsJson(PacketSet.of(family, { destinations: addresses })),
          causes: [
            {
              resource: table.id,
              rule: route.text,
              code: 'BAD_STATE_ROUTE',
              message: `${labelled(network, table.id)} routes it: ${route.text}`,
            },
          ],
          changes: deletionOf(table.id, record),
        },
      ]
    })
  })
}

type Route = NonNullable<ReturnType<ReturnType<typeof routesOf>['at']>>['routes'][number]

const isLost = (network: Network, table: Of<'routeTable'>, { target }: Route): boolean => {
  const isGone = (kind: 'natGateway' | 'vpcEndpoint' | 'networkInterface'): boolean =>
    'id' in target && network.raw(kind, target.id) === undefined && network.covers(kind, table)
  const isOut = (state: string | undefined): boolean => availabilityOf(state) === 'out-of-service'
  switch (target.to) {
    case 'blackhole':
      return true
    case 'natGateway':
      return isGone('natGateway') || isOut(network.raw('natGateway', target.id)?.State)
    case 'vpcPeeringConnection':
      return isOut(network.raw('vpcPeeringConnection', target.id)?.Status?.Code)
    case 'internetGateway':
      return network.internetGatewayOf(table.raw.VpcId)?.id !== target.id && network.covers('internetGateway', table)
    case 'vpcEndpoint':
      return isGone('vpcEndpoint') || isOut(network.raw('vpcEndpoint', target.id)?.State)
    case 'networkInterface':
      return isGone('networkInterface')
    default:
      return false
  }
}

const lostText = (network: Network, { target, text }: Route): string =>
  target.to === 'blackhole'
    ? 'the target of the route is gone (blackhole)'
    : `${'id' in target ? labelled(network, target.id) : text} is not in service`

const addressPlace = (packets: PacketSet, addresses: AddressSet): Place => {
  const { destination } = sample(packets)!
  const text = formatAddress(destination)
  return {
    selector: text,
    kind: 'address',
    resolved: [],
    is: 'addresses',
    family: packets.family,
    addresses: intervals.intersect(addresses, single(destination)),
  }
}
