/** The names of all stages: which component has which, and what the detail of each says. Components refer to one another by
 *  these names alone, so that no component's file needs another's. */
import type { Family } from '../packet/address.ts'
import type { StageId } from '../forwarding/stage.ts'

/** Component -> its stages. The catalogue is complete over this table by type. */
export interface Roles {
  /** Interfaces that behave alike, under the id of their class. `here` is where packets are delivered. `forClient` and `toClient`: an EC2 Instance Connect Endpoint that preserves the address of its client; detail of `toClient`: `near`,
   *  past its subnet's NACL. */
  interfaceClass: 'leaving' | 'arriving' | 'here' | 'forClient' | 'toClient'
  /** An interface as a route target. Detail of `through`: `near`, from its own subnet, so that no NACL is crossed. `home`: an answer to what it
   *  brought out, detail the interface that it came back to. */
  networkInterface: 'through' | 'forward' | 'home'
  /** Detail, until it is routed: `transit`, put on the wire by the transit gateway attachment in the subnet; `firewall`, by the
   *  endpoint of a network firewall. */
  subnet: 'leaving' | 'egress' | 'route' | 'ingress' | 'deliver'
  vpc: 'local'
  /** Detail of `out`, for both gateways and where Block Public Access has a say: the subnet that the packet comes from, or nothing for
   *  a regional NAT gateway; and ` firewall` after it. */
  internetGateway: 'out' | 'translate' | 'in' | 'inside' | 'distribute'
  egressOnlyInternetGateway: 'out' | 'in'
  /** `ingress` is its subnet's NACL, `intake` the translation, `route` a regional gateway's own table, `returning` an answer
   *  that comes back without a route (R-NAT-8; the detail names the peering). */
  natGateway: 'ingress' | 'intake' | 'arriving' | 'home' | 'route' | 'returning' | 'returned'
  /** Detail: the VPC that sends. */
  vpcPeeringConnection: 'cross'
  /** Detail: the subnet that a packet comes from, or nothing for a regional NAT gateway's VPC. */
  transitGateway: 'enter'
  /** Under `<transit gateway> <attachment>`. Detail of `enter`: the attachment's subnet; of `leave`: the zone of the sender. `toSite` and
   *  `fromSite`: of an attachment to networks on premises. `toFirewall`, detail the zone of the sender, and `inspect`, detail the zone of
   *  the firewall's endpoint: of a firewall's own attachment. */
  transitGatewayAttachment: 'enter' | 'unrouted' | 'leave' | 'toSite' | 'fromSite' | 'toFirewall' | 'inspect'
  /** Detail: the zone of the sender. */
  transitGatewayRouteTable: 'route'
  /** `gateway` and `answer`: a gateway endpoint. `service`: behind an interface endpoint's interface. `through`: a Gateway Load
   *  Balancer endpoint as a route target, detail `near` as for interfaces. `serviceNode`: one of several load balancer nodes of a
   *  customer's service, detail the class of the endpoint's interface, `>`, and that of the node. */
  vpcEndpoint: 'gateway' | 'here' | 'answer' | 'service' | 'customerService' | 'serviceNode' | 'through'
  /** Detail: the class of the node, for `target` and `returning` also the target. */
  loadBalancer: 'listen' | 'send' | 'returning' | 'toConsumer'
  /** `in` and `inside`: what comes from premises. */
  vpnGateway: 'out' | 'in' | 'inside'
  /** Addresses outside the estate; one for all. `enter`: what comes from there gets to where packets of the estate arrive, whoever sends it. */
  internet: 'arrive' | 'here' | 'out' | 'enter'
  /** Networks on premises; one for all. */
  onPremises: 'here' | 'out'
  /** What Amazon runs beside every interface: DNS, metadata, time (R-SVC-1). */
  amazonService: 'here'
  /** What an instance sends to an address of its own. */
  instance: 'within' | 'here'
}

/** Ends the detail of a transit gateway's `enter` for a packet that goes back by the attachment subnet that it came by. */
export const BACK = ' back'

/** The detail of what the endpoint of a network firewall puts on the wire. */
export const FROM_FIREWALL = 'firewall'

export type Component = keyof Roles

export interface StageName<C extends Component = Component> {
  readonly family: Family
  readonly component: C
  readonly id: string
  readonly role: Roles[C]
  readonly detail: string
}

export const stageId = <C extends Component>(
  family: Family,
  component: C,
  id: string,
  role: Roles[C],
  detail = '',
): StageId => `${family}|${component}|${escaped(id)}|${role}|${escaped(detail)}`

export const parseStageId = (stage: StageId): StageName => {
  const [family, component, id, role, detail] = stage.split('|')
  return {
    family: family === '4' ? 4 : 6,
    component: component as Component,
    id: unescaped(id!),
    role: role as Roles[Component],
    detail: unescaped(detail!),
  }
}

// No id of AWS has a bar in it; one in a snapshot that somebody made may.
const escaped = (text: string): string =>
  text.includes('|') || text.includes('%') ? text.replaceAll('%', '%25').replaceAll('|', '%7C') : text

const unescaped = (text: string): string =>
  text.includes('%') ? text.replaceAll('%7C', '|').replaceAll('%25', '%') : text
