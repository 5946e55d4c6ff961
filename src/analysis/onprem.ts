/** Networks on premises as a place of questions: by which connections an estate has to do with them, and what is not known of these. */
import type { Compiled } from '../aws/compile.ts'
import { publicSitesOf } from '../aws/connection.ts'
import { NETWORK_FUNCTION } from '../aws/network-function.ts'
import { connectionsOf } from '../aws/on-premises.ts'
import { isSite } from '../aws/site-attachment.ts'
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { Family } from '../packet/address.ts'
import type { Kind } from '../snapshot/schema.ts'

/** Whether anything of the estate has to do with them. */
export const knowsOnpremises = (network: Network): boolean =>
  CONNECTIONS.some((kind) => network.all(kind).length > 0) ||
  network.all('transitGatewayAttachment').some(({ raw }) => !WITHIN_AWS.has(raw.ResourceType ?? 'vpc'))

/** What leaves open who else is there, or what they can do. */
export interface OnPremisesDoubt {
  readonly code:
    'ONPREM_CONNECTIONS_UNREAD' | 'ONPREM_NOT_MODELLED' | 'ONPREM_ADDRESSES_UNKNOWN' | 'ONPREM_PUBLIC_ADDRESSES'
  readonly resource: string
}

/** None where all connections were read, are followed, and tell what lies behind them. */
export const onPremisesDoubts = (compiled: Compiled, family: Family): readonly OnPremisesDoubt[] => {
  // Every question to a place outside asks, and the answer takes a look at all of the estate.
  const plane = compiled.planes[family]
  const byFamily = once(doubts, compiled, () => new Map<Family, readonly OnPremisesDoubt[]>())
  return once(byFamily, family, () => [
    ...(isAllRead(compiled.network) ? [] : [{ code: 'ONPREM_CONNECTIONS_UNREAD', resource: 'onprem' } as const]),
    ...notFollowed(compiled.network).map((resource) => ({ code: 'ONPREM_NOT_MODELLED', resource }) as const),
    ...connectionsOf(plane).flatMap((connection): OnPremisesDoubt[] => [
      ...(connection.possible && connection.entrance !== undefined
        ? [{ code: 'ONPREM_ADDRESSES_UNKNOWN', resource: connection.id } as const]
        : []),
      ...(publicSitesOf(plane, connection).length > 0
        ? [{ code: 'ONPREM_PUBLIC_ADDRESSES', resource: connection.id } as const]
        : []),
    ]),
  ])
}

const doubts = new WeakMap<Compiled, Map<Family, readonly OnPremisesDoubt[]>>()

const isAllRead = (network: Network): boolean => {
  const places = new Map(network.all('vpc').map(({ account, region }) => [`${account} ${region}`, { account, region }]))
  return [...places.values()].every((place) => CONNECTING.every((kind) => network.covers(kind, place)))
}

/** What may lead there in ways that nobody here follows. */
const notFollowed = (network: Network): readonly string[] => [
  ...network
    .all('transitGatewayAttachment')
    .filter(({ raw: { ResourceType: type } }) => type !== undefined && !WITHIN_AWS.has(type) && !isSite(type))
    .map(({ raw }) => raw.TransitGatewayAttachmentId),
  // Others may attach their VPN to a transit gateway or a core network of theirs.
  ...network
    .all('transitGatewayVpcAttachment')
    .flatMap(({ raw: { TransitGatewayId: id } }) =>
      id === undefined || network.get('transitGateway', id) ? [] : [id],
    ),
  ...(['coreNetworkAttachment', 'localGateway'] as const).flatMap((kind) => network.all(kind).map(({ id }) => id)),
]

const CONNECTIONS = [
  'vpnGateway',
  'vpnConnection',
  'customerGateway',
  'virtualInterface',
  'directConnectGatewayAssociation',
  'localGateway',
] as const satisfies readonly Kind[]

/** Where any of these was not read, nobody knows whether there are more connections. */
export const CONNECTING: readonly Kind[] = [...CONNECTIONS, 'transitGatewayAttachment']

const WITHIN_AWS: ReadonlySet<string> = new Set(['vpc', 'peering', 'tgw-peering', NETWORK_FUNCTION])
