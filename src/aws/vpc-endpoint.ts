/** VPC endpoints. A gateway endpoint is a route target that keeps the service's public addresses (R-GWE); an interface endpoint
 *  is an interface behind which a service listens (R-VPCE); a Gateway Load Balancer endpoint passes packets through an
 *  inspection that we cannot see (R-GWLB), unless it is that of a firewall. https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html */
import { addressLine } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { complement, echoRequests, l4Algebra, type L4Set, NOTHING, wholeProtocol } from '../packet/l4.ts'
import { ICMP, ICMPV6, TCP } from '../packet/protocol.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { Condition } from '../forwarding/transfer.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { restrictsPublicAccess } from './block-public-access.ts'
import { classById } from './endpoint-class.ts'
import { deniesEverything } from './endpoint-policy.ts'
import { SERVED_BY_GATEWAY_SERVICES } from './internet.ts'
import { filterByAcl } from './network-acl.ts'
import { inspectByFirewall, isOfFirewall } from './network-firewall.ts'
import { because, type Behaviour, dropIdentity, identityNotPreserved, losingIdentity, type Plane } from './plane.ts'
import { toCustomerService, toServiceNode } from './private-link.ts'
import { isCustomerService } from './service-name.ts'
import { type ServicePorts, servicePorts } from './service-ports.ts'
import { FROM_FIREWALL } from './stage-id.ts'
import { isServing } from './state.ts'
import { encryptionEnforcedIn } from './vpc-encryption.ts'

export const vpcEndpoint: Behaviour<'vpcEndpoint'> = {
  gateway: (plane, draft, id) => {
    const raw = plane.network.raw('vpcEndpoint', id)!
    // Nothing that came in from outside the VPC is served (R-GWE-3).
    const own = raw.VpcId === undefined ? [] : plane.network.vpcBlocks(raw.VpcId, plane.family)
    const pass = dropIdentity(draft, id)
    const foreign = {
      when: [...pass.when, { on: 'source', within: intervals.subtract(addressLine(plane.family), own) } as const],
      leg: 'request',
    } as const
    if (raw.VpcId !== undefined && plane.network.knowsBlocksOf('vpc', raw.VpcId, plane.family))
      draft.drop(because('VPCE_GATEWAY_FOREIGN_SOURCE', id), foreign)
    else draft.unknown(because('ADDRESS_SPACE_UNKNOWN', id, { vpc: raw.VpcId ?? `the VPC of ${id}` }), foreign)
    const served = [...pass.when, { on: 'source', within: own } as const]
    const [taken, answered] = [GATEWAY_PROTOCOLS[plane.family], SERVED_BY_GATEWAY_SERVICES[plane.family]]
    draft.drop(because('VPCE_GATEWAY_PROTOCOL_RESTRICTION', id), {
      when: [...served, { on: 'line', line: complement(taken) }],
      leg: 'request',
    })
    draft.drop(because('SERVICE_PORT_RESTRICTION', id), {
      when: [...served, { on: 'line', line: l4Algebra.subtract(taken, answered) }],
      leg: 'request',
    })
    const answering: Condition[] = [...served, { on: 'line', line: answered }]
    const refused = refusedByPolicy(id, raw)
    if (isServing(draft, id, raw.State, { when: answering, leg: 'request' }))
      draft.to(
        plane.at('vpcEndpoint', id, 'here'),
        because('GATEWAY_ENDPOINT', id, { service: raw.ServiceName ?? '' }),
        {
          when: answering,
          then: pass.then,
          effect: 'deliver',
          leg: 'request',
          ...(refused && { condition: refused }),
        },
      )
    draft.drop(because('ASYMMETRIC_RETURN', id), { leg: 'reply' })
  },

  here: () => {},

  /** The way back needs no route; the client subnet's NACL judges it (R-GWE-8). */
  answer: (plane, draft, id) => {
    const vpcId = plane.network.raw('vpcEndpoint', id)?.VpcId
    if (vpcId === undefined) draft.unknown(because('UNKNOWN_RESOURCE', id))
    else draft.to(plane.at('vpc', vpcId, 'local'), because('GATEWAY_ENDPOINT_ANSWERS', id))
  },

  /** Past the security groups of an interface endpoint. */
  service: (plane, draft, id, classId) => {
    const raw = plane.network.raw('vpcEndpoint', id)
    if (raw && !isServing(draft, id, raw.State)) return
    const { ports, unknown } = serviceOf(id, raw)
    draft.drop(because('VPCE_SERVICE_PORT', id), { when: [{ on: 'line', line: complement(ports.all) }] })
    if (unknown) {
      const assumptions = raw?.VpcEndpointType === 'Tunnel' ? ['R-VPCE-14'] : []
      draft.unknown(unknown, { when: [{ on: 'line', line: ports.all }], assumptions })
      return
    }
    const listening = because('INTERFACE_ENDPOINT', id, { service: raw?.ServiceName ?? '' })
    const refused = refusedByPolicy(id, raw)
    for (const { line, condition = refused, ...rest } of passingEncrypted(plane, draft, id, classId, ports)) {
      const options = { when: [{ on: 'line', line } as const], ...(condition && { condition }), ...rest }
      if (isCustomerService(raw?.ServiceName))
        draft.to(plane.at('vpcEndpoint', id, 'customerService', classId), listening, {
          ...options,
          // References do not reach through PrivateLink (R-SG-9).
          then: losingIdentity(identityNotPreserved(id)),
        })
      else draft.to(plane.at('interfaceClass', classId, 'here'), listening, { ...options, effect: 'deliver' })
    }
  },

  /** A service of some customer: on to its Network Load Balancer where that is in the estate (R-VPCE-7). */
  customerService: (plane, draft, id, classId) => toCustomerService(plane, draft, id, classId),

  serviceNode: (plane, draft, id, detail) => {
    const [classId = '', nodeId = ''] = detail.split('>')
    toServiceNode(plane, draft, id, classId, classById(plane.network, nodeId))
  },

  /** Inspection on the way: the packet comes out as it went in, if the appliance lets it (R-GWLB-1, R-GWLB-2). */
  through: (plane, draft, id, detail) => {
    const raw = plane.network.raw('vpcEndpoint', id)!
    const [subnetId] = raw.SubnetIds ?? []
    if (!isServing(draft, id, raw.State)) return
    if (subnetId === undefined) draft.unknown(because('UNKNOWN_RESOURCE', id))
    else if (detail === '')
      filterByAcl(plane, draft, subnetId, 'inbound', plane.at('vpcEndpoint', id, 'through', 'near'))
    else if (isOfFirewall(plane.network, id))
      inspectByFirewall(plane, draft, id, plane.at('subnet', subnetId, 'leaving', fromFirewall(plane, raw)))
    else {
      const why = because('GWLB_INSPECTION', id)
      const options = { condition: because('PATH_THROUGH_GWLB_NOT_CHECKED', id), assumptions: ['R-NACL-17'] }
      const pass = dropIdentity(draft, id)
      const inspect = { do: 'inspect', device: id } as const
      draft.to(plane.at('subnet', subnetId, 'leaving'), why, {
        ...options,
        when: pass.when,
        then: [...pass.then, inspect],
        leg: 'request',
      })
      draft.to(plane.at('subnet', subnetId, 'leaving'), why, { ...options, then: [inspect], leg: 'reply' })
    }
  },
}

/** Told only where Block Public Access asks for it (R-NFW-14). */
const fromFirewall = (plane: Plane, { VpcId: vpcId }: RawOf<'vpcEndpoint'>): string =>
  vpcId !== undefined && restrictsPublicAccess(plane, vpcId) ? FROM_FIREWALL : ''

/** Authorization is no matter of reachability, unless nothing is authorized: packets arrive, and no request is served (R-GWE-7). */
const refusedByPolicy = (id: string, raw: RawOf<'vpcEndpoint'> | undefined): Reason | undefined =>
  deniesEverything(raw?.PolicyDocument) ? because('ENDPOINT_POLICY_DENIES', id) : undefined

interface Passing {
  readonly line: L4Set
  readonly condition?: Reason
  readonly assumptions?: readonly string[]
}

/** What the encryption controls of an endpoint's VPC let pass; writes where the rest ends (R-VPCE-15). */
const passingEncrypted = (
  plane: Plane,
  draft: Draft,
  id: string,
  classId: string,
  { all, plain, negotiated }: ServicePorts,
): readonly Passing[] => {
  const { vpcId: vpc } = classById(plane.network, classId)
  const { is, state, assumptions } = encryptionEnforcedIn(plane.network, vpc)
  const perhapsPlain = l4Algebra.union(plain, negotiated)
  if (is === 'off' && assumptions.length === 0) return [{ line: all }]
  const encrypted: Passing = { line: l4Algebra.subtract(all, perhapsPlain) }
  const parts = (...all: readonly Passing[]) => all.filter(({ line }) => !l4Algebra.isEmpty(line))
  if (is === 'off') return parts(encrypted, { line: perhapsPlain, assumptions })
  const when = [{ on: 'line', line: plain } as const]
  if (is === 'on') draft.drop(because('VPC_ENCRYPTION_ENFORCED', id, { vpc }), { when })
  else draft.unknown(because('VPC_ENCRYPTION_CHANGING', id, { vpc, state }), { when })
  return parts(encrypted, { line: negotiated, condition: because('VPC_ENCRYPTION_DECIDES', id, { vpc }) })
}

interface Service {
  /** What it may take at all. */
  readonly ports: ServicePorts
  /** Why nobody can tell more about that. */
  readonly unknown?: Reason
}

const serviceOf = (id: string, raw: RawOf<'vpcEndpoint'> | undefined): Service => {
  if (!raw) return { ports: ofSomebody(ALL_BUT_ICMP), unknown: because('UNKNOWN_RESOURCE', id) }
  const { VpcEndpointType: type = 'Interface', ServiceName: service } = raw
  if (type !== 'Interface') {
    const taken = TCP_ONLY.has(type) ? wholeProtocol(TCP) : complement(NOTHING)
    return { ports: ofSomebody(taken), unknown: because('UNMODELLED_TARGET', id, { what: `${type} endpoint` }) }
  }
  if (service === undefined)
    return { ports: ofSomebody(ALL_BUT_ICMP), unknown: because('ENDPOINT_WITHOUT_SERVICE', id) }
  return { ports: isCustomerService(service) ? ofSomebody(ALL_BUT_ICMP) : servicePorts(service) }
}

/** Of a service that nobody knows: whether it encrypts is between it and its clients. */
const ofSomebody = (all: L4Set): ServicePorts => ({ all, plain: NOTHING, negotiated: all })

/** Endpoints of resources and of service networks (R-RES-1, R-RES-3). */
const TCP_ONLY: ReadonlySet<string> = new Set(['Resource', 'ServiceNetwork'])

/** Whatever the service, ICMP gets no answer (R-VPCE-4). */
const ALL_BUT_ICMP = complement(l4Algebra.union(wholeProtocol(ICMP), wholeProtocol(ICMPV6)))

/** TCP and echo (R-GWE-4). */
const GATEWAY_PROTOCOLS = {
  4: l4Algebra.union(wholeProtocol(TCP), echoRequests(4)),
  6: l4Algebra.union(wholeProtocol(TCP), echoRequests(6)),
} as const
