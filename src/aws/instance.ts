/** An instance as the receiver of what it sends to itself: its operating system delivers what is for an address that it has on any of its
 *  interfaces, and no security group, NACL or route table gets to see it (R-ENI-4).
 *  https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html */
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { classOf } from './endpoint-class.ts'
import { because, type Behaviour } from './plane.ts'
import { availabilityOf } from './state.ts'

export const instance: Behaviour<'instance'> = {
  within: (plane, draft, id) =>
    draft.to(plane.at('instance', id, 'here'), because('WITHIN_INSTANCE', id), { effect: 'deliver' }),

  here: () => {},
}

/** The instance whose operating system has the addresses of both; undefined where there is none, or it need not be one system: what forwards
 *  for others, with the source/destination check off, may keep its interfaces apart, as firewalls do. */
export const instanceOfBoth = (network: Network, a: NetworkInterface, b: NetworkInterface): string | undefined => {
  const id = a.raw.Attachment?.InstanceId
  return id === b.raw.Attachment?.InstanceId && [a, b].every((each) => isHosts(network, each)) ? id : undefined
}

const isHosts = (network: Network, each: NetworkInterface): boolean =>
  each.raw.SourceDestCheck !== false && availabilityOf(classOf(network, each).state) === 'in-service'
