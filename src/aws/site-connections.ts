/** By which attachments of transit gateways networks on premises are connected: what the tables of a gateway lead to one lies behind it, and it
 *  leads to what its own table has a way for. https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html */
import { append } from '../collections.ts'
import type { Of } from '../network/network.ts'
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { type Connection, onPremisesSpace, sitesAmong } from './connection.ts'
import { because, perPlane, type Plane } from './plane.ts'
import { allowedFrom, isSite } from './site-attachment.ts'
import { availabilityOf } from './state.ts'
import { associationOf, splitKey } from './transit-gateway-association.ts'
import { mayTranslate, namedByRoutes, transitRoutesOf } from './transit-gateway-routes.ts'

/** Those of all transit gateways, and what may be one. */
export const siteConnections = (plane: Plane): readonly Connection[] => [
  ...plane.network
    .all('transitGatewayAttachment')
    .filter(({ raw }) => isSite(raw.ResourceType) && availabilityOf(raw.State) !== 'out-of-service')
    .map((attachment) => connectionOf(plane, attachment)),
  ...gatewaysOf(plane).flatMap((gateway) => [...strangersOf(plane, gateway), ...unreadOf(plane, gateway)]),
]

const connectionOf = (plane: Plane, attachment: Of<'transitGatewayAttachment'>): Connection => {
  const { TransitGatewayAttachmentId: id, TransitGatewayId: gateway } = attachment.raw
  const key = `${gateway} ${id}`
  const near = onPremisesSpace(plane)
  const { led, undetermined } = tablesOf(plane, gateway)
  const all = led.get(id) ?? []
  const others = intervals.subtract(intervals.intersect(near, undetermined), all)
  const leadsTo = intervals.intersect(allowedFrom(plane, attachment) ?? addressLine(plane.family), routedTo(plane, key))
  // Back to networks behind it is no way to a VPC.
  const sites = sitesAmong(plane, all, intervals.subtract(leadsTo, all))
  return {
    id,
    entrance: plane.at('transitGatewayAttachment', key, 'fromSite'),
    sites,
    beyond: intervals.subtract(all, sites),
    ...(others.length > 0 && { possible: { sites: others, reason: because('TGW_RTB_ROUTES_ARE_UNKNOWN', id) } }),
    leadsTo,
  }
}

const gatewaysOf = ({ network }: Plane): readonly string[] => [
  ...new Set([
    ...network.all('transitGateway').map(({ id }) => id),
    ...network.all('transitGatewayVpcAttachment').flatMap(({ raw }) => raw.TransitGatewayId ?? []),
  ]),
]

/** Attachments that tables name and no record describes: whether there are networks on premises behind one nobody can tell. */
const strangersOf = (plane: Plane, gateway: string): readonly Connection[] =>
  [...tablesOf(plane, gateway).led]
    .filter(([id]) => !isOnRecord(plane, gateway, id))
    .map(([id, addresses]) => ({
      id,
      entrance: undefined,
      sites: [],
      beyond: [],
      possible: {
        sites: intervals.intersect(onPremisesSpace(plane), addresses),
        reason: because('ATTACHMENT_UNKNOWN', id),
      },
      leadsTo: routedTo(plane, `${gateway} ${id}`),
    }))

const isOnRecord = ({ network }: Plane, gateway: string, id: string): boolean =>
  network.get('transitGatewayAttachment', `${gateway} ${id}`) !== undefined ||
  network.get('transitGatewayVpcAttachment', id) !== undefined ||
  network.get('transitGatewayPeeringAttachment', id) !== undefined

/** Attachments that were not read and that no table names which was. */
const unreadOf = (plane: Plane, gateway: string): readonly Connection[] => {
  const { led, undetermined } = tablesOf(plane, gateway)
  if (coversOf(plane, 'transitGatewayAttachment', gateway) || undetermined.length === 0) return []
  return [
    {
      id: gateway,
      entrance: undefined,
      sites: [],
      beyond: [],
      possible: {
        sites: intervals.intersect(onPremisesSpace(plane), undetermined),
        reason: because('ATTACHMENT_UNKNOWN', gateway),
      },
      leadsTo: intervals.unionAll([...led.values(), undetermined]),
    },
  ]
}

/** Of what belongs to a transit gateway, in the account of its owner. */
const coversOf = (
  { network }: Plane,
  kind: 'transitGatewayAttachment' | 'transitGatewayRouteTable',
  gateway: string,
): boolean => {
  const record = network.get('transitGateway', gateway)
  return (
    record !== undefined &&
    network.covers(kind, { account: record.raw.OwnerId ?? record.account, region: record.region })
  )
}

interface Tables {
  /** By attachment, the addresses that any table leads to it, or would if it had no longer prefix: whose answers go by a longer one may send
   *  by a shorter all the same. */
  readonly led: ReadonlyMap<string, AddressSet>
  /** Those of which some table does not tell. */
  readonly undetermined: AddressSet
}

const tablesOf = perPlane((plane, gateway: string): Tables => {
  const tables = plane.network.all('transitGatewayRouteTable').filter(({ raw }) => raw.TransitGatewayId === gateway)
  if (tables.length === 0 && !coversOf(plane, 'transitGatewayRouteTable', gateway))
    return { led: new Map(), undetermined: addressLine(plane.family) }
  const led = new Map<string, AddressSet[]>()
  const undetermined: AddressSet[] = []
  for (const { id } of tables) {
    const { unknown, routed, named } = waysBy(plane, id)
    undetermined.push(unknown)
    for (const [attachment, addresses] of [...routed, ...named]) append(led, attachment, addresses)
  }
  return {
    led: new Map(Array.from(led, ([id, sets]) => [id, intervals.unionAll(sets)])),
    undetermined: intervals.unionAll(undetermined),
  }
})

interface TableWays {
  /** Where it leads what. */
  readonly routed: readonly (readonly [string, AddressSet])[]
  /** What it has any route for, the longest or not. */
  readonly named: ReadonlyMap<string, AddressSet>
  /** Of which it does not tell. */
  readonly unknown: AddressSet
}

const waysBy = (plane: Plane, tableId: string): TableWays => {
  const service = availabilityOf(plane.network.raw('transitGatewayRouteTable', tableId)?.State)
  const nowhere = { routed: [], named: new Map<string, AddressSet>() }
  if (service === 'out-of-service') return { ...nowhere, unknown: [] }
  if (service !== 'in-service') return { ...nowhere, unknown: addressLine(plane.family) }
  const parts = [...transitRoutesOf(plane, tableId).parts()]
  return {
    routed: parts.flatMap(([decision, addresses]) =>
      decision && !('unknown' in decision) && !decision.blackhole
        ? decision.attachments.map((id) => [id, addresses] as const)
        : [],
    ),
    named: namedByRoutes(plane, tableId),
    unknown: intervals.unionAll(
      parts.flatMap(([decision, addresses]) => (decision && 'unknown' in decision ? [addresses] : [])),
    ),
  }
}

/** What the table of an attachment has a way for, or may have. */
const routedTo = (plane: Plane, key: string): AddressSet => {
  const [gateway, id] = splitKey(key)
  const association = associationOf(plane, gateway, id)
  if (association === undefined) return []
  if (typeof association === 'string') return addressLine(plane.family)
  const service = availabilityOf(association.state)
  if (service === 'out-of-service') return []
  if (service !== 'in-service' || mayTranslate(plane, gateway, id)) return addressLine(plane.family)
  const { routed, unknown } = waysBy(plane, association.table)
  return intervals.unionAll([...routed.map(([, addresses]) => addresses), unknown])
}
