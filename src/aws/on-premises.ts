/** Networks on premises as a place: what gets there is delivered, and what comes from there enters by a connection that has its sender behind it.
 *  What lies there is not in the configuration of AWS; where it is connected is.
 *  https://docs.aws.amazon.com/vpc/latest/userguide/vpn-connections.html */
import type { Draft } from '../forwarding/draft.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { Condition } from '../forwarding/transfer.ts'
import type { AddressSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { type Connection, publicSitesOf } from './connection.ts'
import { internetSpace } from './internet.ts'
import { because, type Behaviour, oneOf, perPlane, type Plane } from './plane.ts'
import { siteConnections } from './site-connections.ts'
import { gatewayConnections } from './vpn-gateway.ts'

export const onPremises: Behaviour<'onPremises'> = {
  here: () => {},

  out: (plane, draft, id) => {
    for (const [behind, sources] of behindOf(plane).parts()) {
      const from = { on: 'source', within: sources } as const
      for (const [leading, destinations] of leadingAmong(plane, behind).parts()) {
        const when = [from, { on: 'destination', within: destinations }] as const
        if (leading.length > 0) enter(draft, id, leading, when)
        else draft.drop(because('NO_WAY_FROM_ON_PREMISES', id), { when, ...behindTheOnly(behind) })
      }
    }
  },
}

/** The addresses on premises that some connection is known to lead to. */
export const connectedAddresses = perPlane((plane): AddressSet =>
  intervals.unionAll(connectionsOf(plane).map(({ sites }) => sites)),
)

/** Others that connections have prefixes for, of which nobody can tell whether somebody there has them: those of VPCs, and public ones unless
 *  it is for all of the internet. */
export const perhapsConnected = perPlane((plane): AddressSet =>
  intervals.unionAll(
    connectionsOf(plane).flatMap((connection) => [
      intervals.subtract(connection.beyond, internetSpace(plane.family)),
      publicSitesOf(plane, connection),
    ]),
  ),
)

/** All that a connection is in force for, or on its way to be. */
export const connectionsOf = perPlane((plane): readonly Connection[] => [
  ...gatewayConnections(plane),
  ...siteConnections(plane),
])

/** A connection that has a sender behind it, or may have. */
interface Way {
  readonly connection: Connection
  readonly isSure: boolean
}

type Ways = readonly Way[]

const behindOf = (plane: Plane): AddressMap<Ways> => {
  const entries = connectionsOf(plane).flatMap((connection) => [
    [connection.sites, { connection, isSure: true }] as const,
    ...(connection.possible ? [[connection.possible.sites, { connection, isSure: false }] as const] : []),
  ])
  return AddressMap.interning<Way, Ways>(plane.family, entries, (found) => found)
}

/** Those by which a destination is to be had. */
const leadingAmong = (plane: Plane, ways: Ways): AddressMap<Ways> =>
  AddressMap.interning<Way, Ways>(
    plane.family,
    ways.map((way) => [way.connection.leadsTo, way] as const),
    (found) => found,
  )

/** What keeps it from there is found behind the one connection that there is. */
const behindTheOnly = ([way, ...others]: Ways): { readonly onward?: { readonly to: StageId } } =>
  way?.connection.entrance === undefined || others.length > 0 ? {} : { onward: { to: way.connection.entrance } }

/** Which of several ways they take is up to the networks there. */
const enter = (draft: Draft, id: string, ways: Ways, when: readonly Condition[]): void => {
  // Each set of ways is a choice of its own.
  const between = because('ON_PREMISES_WAY_CHOICE', id, {}, ways.map(({ connection }) => connection.id).join(' or '))
  for (const { connection, isSure } of ways) {
    const choice = ways.length > 1 ? oneOf(between, connection.id) : {}
    const { entrance, possible } = connection
    const onward = entrance === undefined ? {} : { onward: { to: entrance } }
    if (isSure) draft.to(entrance!, because('ON_PREMISES', id), { when, ...choice })
    else draft.unknown(possible!.reason, { when, ...choice, ...onward })
  }
}
