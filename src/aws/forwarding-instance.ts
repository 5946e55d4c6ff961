/** Instances that forward for others: which of their interfaces routes name, and which others they have (R-ENI-2). */
import { append, once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { recordIndex } from '../network/record-index.ts'

/** Whether packets of others may come out by it, and answers to them come back. */
export const mayBringOut = (network: Network, { id }: NetworkInterface): boolean => appliancesOf(network).has(id)

const routeTablesByInterface = recordIndex('routeTable', ({ raw }) =>
  (raw.Routes ?? []).flatMap(({ NetworkInterfaceId: id }) => id ?? []),
)

/** Every interface of an instance that forwards for others, with those of them that routes name. */
export const appliancesOf = (network: Network): ReadonlyMap<string, readonly NetworkInterface[]> =>
  once(known, network, () => {
    const named = network.indexed(routeTablesByInterface)
    const appliances = new Map<string, NetworkInterface[]>()
    for (const id of named.keys()) {
      const through = network.interface(id)
      if (through?.raw.SourceDestCheck !== false) continue
      for (const each of [through, ...siblingsOf(network, through)]) append(appliances, each.id, through)
    }
    return appliances
  })

const known = new WeakMap<Network, ReadonlyMap<string, readonly NetworkInterface[]>>()

/** The other interfaces of its instance in its VPC. */
export const siblingsOf = (network: Network, { id, vpcId, raw }: NetworkInterface): readonly NetworkInterface[] =>
  raw.Attachment?.InstanceId === undefined
    ? []
    : network
        .interfacesOfInstance(raw.Attachment.InstanceId)
        .filter((other) => other.id !== id && other.vpcId === vpcId)

/** The ids of all interfaces of its instance in its VPC, itself among them. */
export const ownInterfaces = (network: Network, each: NetworkInterface): ReadonlySet<string> =>
  new Set([each, ...siblingsOf(network, each)].map(({ id }) => id))
