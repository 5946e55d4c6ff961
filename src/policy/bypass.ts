/** How `via` is judged: by the network without the components to cross, with the same engine as everything else. */
import type { Compiled } from '../aws/compile.ts'
import { isOfFirewall } from '../aws/network-firewall.ts'
import { without } from '../aws/without.ts'
import type { Network } from '../network/network.ts'
import type { Kind } from '../snapshot/schema.ts'
import type { Resource } from '../snapshot/snapshot.ts'
import type { Policy } from './policy.ts'
import { holds } from './resource-conditions.ts'
import type { Selector, TypeWord } from './selector.ts'

/** The network without what `through` means. */
export const withoutWays = (compiled: Compiled, through: Selector, policy: Policy): Compiled =>
  without(compiled, componentsOf(compiled.network, through, policy))

/** The ids of all components that a selector of ways means. */
const componentsOf = (network: Network, through: Selector, policy: Policy): ReadonlySet<string> =>
  new Set(
    through.flatMap((term) => {
      if (term.is === 'place') return [term.text]
      if (term.is !== 'match') return []
      const kinds = KINDS.filter(([type]) => term.all.every((each) => each.on !== 'type' || each.values.includes(type)))
      return kinds.flatMap(([, kind, isMeant]) =>
        network
          .all(kind)
          .filter(
            (resource) =>
              (isMeant?.(resource, network) ?? true) &&
              term.all.every((condition) => holds(condition, resource, network, policy)),
          )
          .map(({ id }) => id),
      )
    }),
  )

/** The components that packets cross, by their type. */
const KINDS: readonly (readonly [TypeWord, Kind, ((resource: Resource, network: Network) => boolean)?])[] = [
  ['vpc-endpoint', 'vpcEndpoint', ({ raw }) => endpointType(raw) !== 'GatewayLoadBalancer'],
  ['network-firewall', 'vpcEndpoint', ({ id }, network) => isOfFirewall(network, id)],
  ['network-firewall', 'networkFirewall'],
  ['gateway-load-balancer', 'vpcEndpoint', ({ raw }) => endpointType(raw) === 'GatewayLoadBalancer'],
  ['nat-gateway', 'natGateway'],
  ['egress-only-gateway', 'egressOnlyInternetGateway'],
  ['transit-gateway', 'transitGateway'],
  ['internet-gateway', 'internetGateway'],
  ['vpc-peering', 'vpcPeeringConnection'],
  ['load-balancer', 'loadBalancer'],
  ['load-balancer', 'classicLoadBalancer'],
  [
    'instance',
    'networkInterface',
    ({ raw }) => (raw as { Attachment?: { InstanceId?: string } }).Attachment?.InstanceId !== undefined,
  ],
]

const endpointType = (raw: Resource['raw']): string | undefined =>
  (raw as { readonly VpcEndpointType?: string }).VpcEndpointType
