/** What connects an estate with networks on premises (R-VGW, R-VPN, R-DX, R-TGW). What lies there is not in the configuration of AWS; that
 *  nothing leads there is. */
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { Kind } from '../snapshot/schema.ts'

/** Whether anything of the estate has to do with it. */
export const knowsOnpremises = (network: Network): boolean =>
  CONNECTIONS.some((kind) => network.all(kind).length > 0) ||
  network.all('transitGatewayAttachment').some(({ raw }) => !WITHIN_AWS.has(raw.ResourceType ?? 'vpc'))

/** Whether nothing leads there, and everything was read that could. */
export const isCutOff = (network: Network): boolean => once(cutOff, network, () => nothingLeadsThere(network))

/** Every question to a place outside asks, and the answer takes a look at all of the estate. */
const cutOff = new WeakMap<Network, boolean>()

const nothingLeadsThere = (network: Network): boolean => {
  const places = new Map(network.all('vpc').map(({ account, region }) => [`${account} ${region}`, { account, region }]))
  return (
    !knowsOnpremises(network) &&
    // Others may attach their VPN to a transit gateway or a core network of theirs.
    network
      .all('transitGatewayVpcAttachment')
      .every(({ raw }) => network.get('transitGateway', raw.TransitGatewayId)) &&
    network.all('coreNetworkAttachment').length === 0 &&
    [...places.values()].every((place) =>
      [...CONNECTIONS, 'transitGatewayAttachment' as const].every((kind) => network.covers(kind, place)),
    )
  )
}

const CONNECTIONS = [
  'vpnGateway',
  'vpnConnection',
  'customerGateway',
  'virtualInterface',
  'directConnectGatewayAssociation',
  'localGateway',
] as const satisfies readonly Kind[]

const WITHIN_AWS: ReadonlySet<string> = new Set(['vpc', 'peering', 'tgw-peering'])
