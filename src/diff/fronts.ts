/** Who passes on to whom what it is sent: nodes of load balancers to registered targets, and interface endpoints to the load balancers of
 *  a service. What becomes of a request to one depends on what is behind it, wherever that is. */
import { ownerOf } from '../aws/endpoint-class.ts'
import { configurationOf, interfacesOfTarget } from '../aws/load-balancer-targets.ts'
import { balancersBehind } from '../aws/private-link.ts'
import { append } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { parseAddress } from '../packet/address.ts'

/** Of several networks at once: whoever stands before another in one of them. Interfaces and load balancers go by their ids. */
export class Fronts {
  /** Load balancers by whose target an interface is, or whose node. */
  readonly #before = new Map<string, string[]>()
  /** Their nodes, and the interfaces of endpoints that they serve. */
  readonly #standing = new Map<string, string[]>()
  /** By what they are configured with. */
  readonly #balancers = new Map<string, string[]>()

  constructor(networks: readonly Network[]) {
    for (const network of networks) {
      for (const each of network.interfaces()) this.#place(network, each)
      for (const kind of ['loadBalancer', 'classicLoadBalancer'] as const)
        for (const { id } of network.all(kind)) this.#configure(network, id)
    }
  }

  /** Nodes and endpoints behind which these interfaces stand, over however many others. */
  of(interfaces: Iterable<string>): ReadonlySet<string> {
    return this.#reaching([...interfaces].flatMap((id) => this.#before.get(id) ?? []))
  }

  /** Nodes and endpoints to which a record makes a difference: of a load balancer, a listener, a rule or a target group. */
  configuredBy(recordId: string): ReadonlySet<string> {
    return this.#reaching(this.#balancers.get(recordId) ?? [])
  }

  #reaching(balancers: readonly string[]): ReadonlySet<string> {
    const found = new Set<string>()
    const reached = new Set(balancers)
    // A set gives what is added to it while it is gone through, too.
    for (const balancer of reached)
      for (const id of this.#standing.get(balancer) ?? []) {
        found.add(id)
        for (const before of this.#before.get(id) ?? []) reached.add(before)
      }
    return found
  }

  #place(network: Network, each: NetworkInterface): void {
    const owner = ownerOf(network, each)
    if (owner.is === 'load-balancer') {
      append(this.#before, each.id, owner.id)
      append(this.#standing, owner.id, each.id)
    } else if (owner.is === 'interface-endpoint')
      for (const balancer of balancersBehind(network, owner.id)) append(this.#standing, balancer, each.id)
  }

  #configure(network: Network, balancer: string): void {
    const { records, registered } = configurationOf(network, balancer)
    for (const record of [balancer, ...records]) append(this.#balancers, record, balancer)
    for (const target of registered)
      for (const { id } of interfacesAt(network, target)) append(this.#before, id, balancer)
  }
}

/** Whoever gets what is sent to a target. */
const interfacesAt = (network: Network, target: string): readonly NetworkInterface[] => {
  const address = parseAddress(target)
  return address ? network.holdersOf(address.value) : interfacesOfTarget(network, target)
}
