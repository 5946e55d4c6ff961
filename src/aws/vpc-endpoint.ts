/** VPC endpoints. A gateway endpoint is a route target that keeps the service's public addresses (R-GWE); an interface endpoint
 *  is an interface behind which a service listens (R-VPCE); a Gateway Load Balancer endpoint passes packets through an
 *  inspection that we cannot see (R-GWLB). https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html */
import { addressLine } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { complement, icmp, l4, l4Algebra, type L4Set, ports, wholeProtocol } from '../packet/l4.ts'
import { ICMP, ICMPV6, TCP } from '../packet/protocol.ts'
import type { Condition } from '../forwarding/transfer.ts'
import { classById } from './endpoint-class.ts'
import { SERVED_BY_GATEWAY_SERVICES } from './internet.ts'
import { filterByAcl } from './network-acl.ts'
import { because, type Behaviour, dropIdentity } from './plane.ts'
import { toCustomerService, toServiceNode } from './private-link.ts'
import { isCustomerService } from './service-name.ts'
import { isServing } from './state.ts'

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
    if (isServing(draft, id, raw.State, { when: answering, leg: 'request' }))
      draft.to(
        plane.at('vpcEndpoint', id, 'here'),
        because('GATEWAY_ENDPOINT', id, { service: raw.ServiceName ?? '' }),
        {
          when: answering,
          then: pass.then,
          effect: 'deliver',
          leg: 'request',
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
    if (!raw) {
      draft.unknown(because('UNKNOWN_RESOURCE', id))
      return
    }
    if (!isServing(draft, id, raw.State)) return
    if (raw.VpcEndpointType !== undefined && raw.VpcEndpointType !== 'Interface') {
      const assumptions = raw.VpcEndpointType === 'Tunnel' ? ['R-VPCE-14'] : []
      draft.unknown(because('UNMODELLED_TARGET', id, { what: `${raw.VpcEndpointType} endpoint` }), { assumptions })
      return
    }
    if (isCustomerService(raw.ServiceName)) {
      // Whatever the service, ICMP gets no answer (R-VPCE-4).
      draft.drop(because('VPCE_SERVICE_PORT', id), { when: [{ on: 'line', line: ICMP_OF_BOTH }] })
      draft.to(
        plane.at('vpcEndpoint', id, 'customerService', classId),
        because('INTERFACE_ENDPOINT', id, { service: raw.ServiceName ?? '' }),
        {
          when: [{ on: 'line', line: complement(ICMP_OF_BOTH) }],
          // References do not reach through PrivateLink (R-SG-9).
          then: [{ do: 'identify', as: undefined }],
        },
      )
    } else {
      const line = servicePorts(raw.ServiceName)
      draft.to(
        plane.at('interfaceClass', classId, 'here'),
        because('INTERFACE_ENDPOINT', id, { service: raw.ServiceName ?? '' }),
        {
          when: [{ on: 'line', line }],
          effect: 'deliver',
        },
      )
      draft.drop(because('VPCE_SERVICE_PORT', id), { when: [{ on: 'line', line: complement(line) }] })
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

/** AWS services listen on HTTPS unless listed here (R-VPCE-6). */
const SERVICE_PORTS: ReadonlyMap<string, readonly (readonly [number, number])[]> = new Map([
  [
    's3',
    [
      [80, 80],
      [443, 443],
    ],
  ],
  [
    'dynamodb',
    [
      [80, 80],
      [443, 443],
    ],
  ],
  [
    'email-smtp',
    [
      [25, 25],
      [465, 465],
      [587, 587],
      [2465, 2465],
      [2587, 2587],
    ],
  ],
  ['elasticfilesystem', [[443, 443]]],
  ['git-codecommit', [[443, 443]]],
  ['cassandra', [[9142, 9142]]],
  [
    'transcribestreaming',
    [
      [443, 443],
      [8443, 8443],
    ],
  ],
])

const servicePorts = (name: string | undefined): L4Set => {
  const service = name?.split('.').at(-1) ?? ''
  const listed = SERVICE_PORTS.get(service) ?? [[443, 443]]
  return l4(intervals.unionAll(listed.map(([from, to]) => ports(TCP, from, to).points)))
}

const ICMP_OF_BOTH = l4(intervals.unionAll([wholeProtocol(ICMP).points, wholeProtocol(ICMPV6).points]))

/** TCP and echo (R-GWE-4). */
const GATEWAY_PROTOCOLS = {
  4: l4Algebra.union(wholeProtocol(TCP), icmp(ICMP, 8)),
  6: l4Algebra.union(wholeProtocol(TCP), icmp(ICMPV6, 128)),
} as const
