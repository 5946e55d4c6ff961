/** Route tables of transit gateways, as what comes in by an attachment meets them: which is associated with it (R-TGW-2).
 *  https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html */
import type { Draft } from '../forwarding/draft.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { Condition } from '../forwarding/transfer.ts'
import type { Of } from '../network/network.ts'
import { recordIndex } from '../network/record-index.ts'
import { because, type Plane } from './plane.ts'
import { isServing, availabilityOf } from './state.ts'
import { mayTranslate } from './transit-gateway-routes.ts'

/** Of what no VPC attachment brought. */
export const NO_ZONE = ''

/** The gateway and the attachment of `<transit gateway> <attachment>`. */
export const splitKey = (key: string): [string, string] => key.split(' ') as [string, string]

/** Where what came in by an attachment goes on, from a zone: to the table where that is settled. */
export const routedFrom = (plane: Plane, key: string, zone: string): StageId => {
  const [gateway, id] = splitKey(key)
  const association = associationOf(plane, gateway, id)
  return isInForce(association) && !mayTranslate(plane, gateway, id)
    ? plane.at('transitGatewayRouteTable', association.table, 'route', zone)
    : plane.at('transitGatewayAttachment', key, 'unrouted')
}

const isInForce = (association: ReturnType<typeof associationOf>): association is Association =>
  typeof association === 'object' && availabilityOf(association.state) === 'in-service'

/** The table that routes what came in by an attachment (R-TGW-2, R-TGW-7); where there is none, or none that is known, writes where
 *  packets end. */
export const tableFor = (
  plane: Plane,
  draft: Draft,
  gateway: string,
  id: string,
  when: readonly Condition[] = [],
): string | undefined => {
  if (mayTranslate(plane, gateway, id)) {
    draft.unknown(translating(id), { when })
    return undefined
  }
  const association = associationOf(plane, gateway, id)
  if (association === 'unknown' || association === 'by policy') {
    const assumptions = association === 'by policy' ? ['R-TGW-17'] : []
    draft.unknown(because('TGW_RTB_ROUTES_ARE_UNKNOWN', id), { when, assumptions })
    return undefined
  }
  if (!association || availabilityOf(association.state) === 'out-of-service') {
    const assumptions = association && ['R-FLOW-10']
    draft.drop(because('TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION', id), { when, ...(assumptions && { assumptions }) })
    return undefined
  }
  return isServing(draft, id, association.state, { when }) ? association.table : undefined
}

export interface Association {
  readonly table: string
  readonly state: string | undefined
}

const associationsByAttachment = recordIndex('transitGatewayRouteTableAssociations', ({ raw }) => [
  ...new Set((raw.Associations ?? []).flatMap(({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId ?? [])),
])

/** Undefined for none, `unknown` where nothing read would tell. */
export const associationOf = (
  plane: Plane,
  gateway: string,
  id: string,
): Association | 'unknown' | 'by policy' | undefined => {
  const record = plane.network.get('transitGatewayAttachment', `${gateway} ${id}`)
  const { TransitGatewayRouteTableId: table, State: state } = record?.raw.Association ?? {}
  if (table !== undefined) return { table, state }
  const listed = plane.network
    .indexed(associationsByAttachment)
    .get(id)
    ?.filter((each) => plane.network.raw('transitGatewayRouteTable', each.id)?.TransitGatewayId === gateway)
    .flatMap(({ id: table, raw }) =>
      (raw.Associations ?? [])
        .filter((each) => each.TransitGatewayAttachmentId === id)
        .map((each) => ({ table, state: each.State })),
    )
    .toSorted((a, b) => RANK[availabilityOf(a.state)] - RANK[availabilityOf(b.state)])
  if (listed?.[0]) return listed[0]
  if (!record || !seesTablesOf(plane, record)) return 'unknown'
  return mayFollowPolicy(plane, record) ? 'by policy' : undefined
}

/** A policy table takes the place of a route table, for attachments of any type; for which, and by what entries, is not read (R-TGW-17).
 *  https://docs.aws.amazon.com/vpc/latest/tgw/tgw-policy-tables-associate.html */
const mayFollowPolicy = ({ network }: Plane, { raw }: Of<'transitGatewayAttachment'>): boolean =>
  network
    .all('transitGatewayPolicyTable')
    .some(
      (table) =>
        table.raw.TransitGatewayId === raw.TransitGatewayId && availabilityOf(table.raw.State) !== 'out-of-service',
    )

export const translating = (id: string) =>
  because('UNMODELLED_TARGET', id, { what: 'attachment that translates addresses' })

/** Whoever takes part in a gateway of another account sees neither its route tables nor what is associated with them (R-TGW-23). */
const seesTablesOf = ({ network }: Plane, { account, region, raw }: Of<'transitGatewayAttachment'>): boolean => {
  const gateway = raw.TransitGatewayId
  const owner = raw.TransitGatewayOwnerId ?? network.raw('transitGateway', gateway)?.OwnerId ?? account
  return (
    network.covers('transitGatewayRouteTable', { account: owner, region }) ||
    network.all('transitGatewayRouteTable').some((table) => table.raw.TransitGatewayId === gateway)
  )
}

export const RANK = { 'in-service': 0, transitional: 1, 'not-known': 1, 'out-of-service': 2 } as const
