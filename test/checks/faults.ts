/** One estate with a fault of every kind, each in a VPC of its own and each as small as it can be. What is not named here is healthy. */
import { estate, type Estate } from '../build.ts'

/** A VPC `name` with one subnet `name-tier` for each tier, in the order given: 10.<net>.<index>.0/24. */
const vpc = (of: Estate, name: string, net: number, tiers: Readonly<Record<string, Record<string, string>>>): Estate =>
  Object.entries(tiers).reduce(
    (all, [tier, routes], index) =>
      all
        .subnet(`${name}-${tier}`, `10.${net}.${index}.0/24`, { routes: routes as never })
        .tagged(`subnet-${name}-${tier}`, { Tier: tier }),
    of.vpc(name, `10.${net}.0.0/16`),
  )

const host = (
  of: Estate,
  name: string,
  tier: string,
  address: string,
  rules: readonly string[],
  publicIp?: string,
): Estate =>
  of
    .within(`subnet-${tier}`)
    .instance(name, address, { groups: [name], ...(publicIp !== undefined && { publicIp }) })
    .securityGroup(name, rules as never, { closed: true })

type Fault = (of: Estate) => Estate

/** By the rule or check that finds it. Those of exceptions and of the baseline are in the policy of the test. */
export const faults: Readonly<Record<string, Fault>> = {
  'no-direct-ingress': (of) =>
    host(
      vpc(of, 'a', 1, { private: {} }).internetGateway('a'),
      'a1',
      'a-private',
      '10.1.0.10',
      ['tcp 443 from 0.0.0.0/0'],
      '54.1.0.1',
    ),
  'db-isolated': (of) =>
    host(
      vpc(of, 'b', 2, { public: { '0.0.0.0/0': 'igw-b' }, database: { '0.0.0.0/0': 'nat-b' } })
        .internetGateway('b')
        .within('subnet-b-public')
        .natGateway('b', '10.2.0.5', { publicIp: '54.1.0.2' }),
      'b1',
      'b-database',
      '10.2.1.10',
      ['tcp 443 to 93.184.216.0/24'],
    ),
  'db-in': (of) =>
    host(
      host(vpc(of, 'c', 3, { public: {}, database: {} }), 'c1', 'c-public', '10.3.0.10', ['tcp 5432 to sg-c2']),
      'c2',
      'c-database',
      '10.3.1.10',
      ['tcp 5432 from sg-c1'],
    ),
  'intra-closed': (of) =>
    host(
      host(
        vpc(vpc(of, 'd', 4, { intra: { '10.5.0.0/16': 'pcx-d-e' } }), 'e', 5, {
          private: { '10.4.0.0/16': 'pcx-d-e' },
        }).peering('d', 'e'),
        'd1',
        'd-intra',
        '10.4.0.10',
        ['tcp 8443 to 10.5.0.0/16'],
      ),
      'e1',
      'e-private',
      '10.5.0.10',
      ['tcp 8443 from 10.4.0.0/16'],
    ),
  'intra-in': (of) =>
    host(
      host(
        vpc(vpc(of, 'f', 6, { private: { '10.7.0.0/16': 'pcx-f-g' } }), 'g', 7, {
          intra: { '10.6.0.0/16': 'pcx-f-g' },
        }).peering('f', 'g'),
        'f1',
        'f-private',
        '10.6.0.10',
        ['tcp 8443 to 10.7.0.0/16'],
      ),
      'g1',
      'g-intra',
      '10.7.0.10',
      ['tcp 8443 from 10.6.0.0/16'],
    ),
  'aws-by-endpoint': (of) =>
    host(
      vpc(of, 'h', 8, {
        public: { '0.0.0.0/0': 'igw-h' },
        intra: { 'pl-s3': 'nat-h' },
      })
        .internetGateway('h')
        .within('subnet-h-public')
        .natGateway('h', '10.8.0.5', { publicIp: '54.1.0.8' }),
      'h1',
      'h-intra',
      '10.8.1.10',
      ['tcp 443 to 3.5.134.0/23'],
    ),
  'private-in': (of) =>
    host(
      host(vpc(of, 'i', 9, { database: {}, private: {} }), 'i1', 'i-database', '10.9.0.10', ['tcp 8443 to sg-i2']),
      'i2',
      'i-private',
      '10.9.1.10',
      ['tcp 8443 from sg-i1'],
    ),
  'public-out': (of) =>
    host(
      host(vpc(of, 'j', 10, { public: {}, intra: {} }), 'j1', 'j-public', '10.10.0.10', ['tcp 8443 to sg-j2']),
      'j2',
      'j-intra',
      '10.10.1.10',
      ['tcp 8443 from sg-j1'],
    ),
  'private-by-nat': (of) =>
    host(
      vpc(of, 'k', 11, { private: { '0.0.0.0/0': 'igw-k' } }).internetGateway('k'),
      'k1',
      'k-private',
      '10.11.0.10',
      ['tcp 443 to 93.184.216.0/24'],
      '54.1.0.11',
    ),
  'admin-port-from-internet': (of) =>
    host(
      vpc(of, 'l', 12, { public: { '0.0.0.0/0': 'igw-l' } }).internetGateway('l'),
      'l1',
      'l-public',
      '10.12.0.10',
      ['tcp 22 from 0.0.0.0/0'],
      '54.1.0.12',
    ),
  'cleartext-protocol': (of) =>
    host(
      host(vpc(of, 'm', 13, { public: {}, private: {} }), 'm1', 'm-public', '10.13.0.10', ['tcp 80 to sg-m2']),
      'm2',
      'm-private',
      '10.13.1.10',
      ['tcp 80 from sg-m1'],
    ),
  'aws-service-by-internet': (of) =>
    host(
      vpc(of, 'n', 14, { public: { '0.0.0.0/0': 'igw-n' }, private: { '0.0.0.0/0': 'nat-n' } })
        .internetGateway('n')
        .within('subnet-n-public')
        .natGateway('n', '10.14.0.5', { publicIp: '54.1.0.14' }),
      'n1',
      'n-private',
      '10.14.1.10',
      ['tcp 443 to 3.5.134.0/23'],
    ),
  'trust-by-address': (of) =>
    host(
      host(vpc(of, 'o', 15, { private: {} }), 'o1', 'o-private', '10.15.0.10', ['tcp 8443 to sg-o2']),
      'o2',
      'o-private',
      '10.15.0.20',
      ['tcp 8443 from 10.15.0.0/16'],
    ),
  'endpoint-policy-open': (of) =>
    host(
      vpc(of, 'p', 16, { private: {} })
        .routeTable('p-private', {})
        .gatewayEndpoint('p', { service: 's3', tables: ['p-private'] })
        .with('vpcEndpoint', 'vpce-p', {
          PolicyDocument: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
        }),
      'p1',
      'p-private',
      '10.16.0.10',
      ['tcp 443 to pl-s3'],
    ),
  'lambda-outside-vpc': (of) =>
    of.record('function', 'arn:aws:lambda:us-east-1:111111111111:function:loose', {
      FunctionArn: 'arn:aws:lambda:us-east-1:111111111111:function:loose',
      FunctionName: 'loose',
    }),
  'subnet-not-as-declared': (of) =>
    host(
      vpc(of, 'q', 17, { private: { '0.0.0.0/0': 'igw-q' } }).internetGateway('q'),
      'q1',
      'q-private',
      '10.17.0.10',
      ['tcp 443 to 93.184.216.0/24'],
      '54.1.0.17',
    ),
  'subnet-of-several-tiers': (of) => vpc(of, 'r', 18, { private: {} }).tagged('subnet-r-private', { Scope: 'pci' }),
  'subnet-without-tier': (of) =>
    host(of.vpc('s', '10.19.0.0/16').subnet('s-x', '10.19.0.0/24', {}), 's1', 's-x', '10.19.0.10', []),
  'tgw-default-association': (of) =>
    hub(of, 'ta', 20, { associated: ['ta1', 'ta2'], routes: { '10.20.0.0/16': 'ta1', '10.21.0.0/16': 'ta2' } }).with(
      'transitGateway',
      'tgw-ta',
      { Options: { DefaultRouteTableAssociation: 'enable', AssociationDefaultRouteTableId: 'tgw-rtb-ta' } },
    ),
  'tgw-default-propagation': (of) =>
    hub(of, 'tp', 22, { associated: ['tp1', 'tp2'], propagated: ['tp1', 'tp2'] }).with('transitGateway', 'tgw-tp', {
      Options: { DefaultRouteTablePropagation: 'enable', PropagationDefaultRouteTableId: 'tgw-rtb-tp' },
    }),
  'tgw-propagated-route': (of) =>
    hub(of, 'tr', 24, { associated: ['tr1', 'tr2'], propagated: ['tr2'], routes: { '10.24.0.0/16': 'tr1' } }),
  'nacl-loses-replies': (of) =>
    host(
      host(
        vpc(of, 'u', 26, { private: {} })
          .subnet('u-far', '10.26.1.0/24', { acl: ['100 allow tcp 8443 from 10.26.0.0/24'] })
          .tagged('subnet-u-far', { Tier: 'private' }),
        'u1',
        'u-private',
        '10.26.0.10',
        ['tcp 8443 to sg-u2'],
      ),
      'u2',
      'u-far',
      '10.26.1.10',
      ['tcp 8443 from sg-u1'],
    ),
  'nacl-rule-shadowed': (of) =>
    vpc(of, 'v', 27, { private: {} }).networkAcl('v', [
      '100 allow all from 0.0.0.0/0',
      '200 deny tcp 22 from 0.0.0.0/0',
    ]),
  'sg-rule-redundant': (of) =>
    host(vpc(of, 'w', 28, { private: {} }), 'w1', 'w-private', '10.28.0.10', [
      'tcp 8000-9000 from 10.28.7.0/24',
      'tcp 8443 from 10.28.7.0/25',
    ]),
  'sg-reference-dead': (of) =>
    vpc(of, 'x', 29, { private: {} }).securityGroup('x', ['tcp 8443 from sg-gone'], { closed: true }),
  'route-to-nowhere': (of) =>
    host(vpc(of, 'y', 30, { private: { '10.99.0.0/16': 'blackhole' } }), 'y1', 'y-private', '10.30.0.10', [
      'tcp 8443 to 10.99.0.0/16',
    ]),
}

/** Two VPCs at a transit gateway, between whose private tiers packets flow one way. */
const hub = (
  of: Estate,
  name: string,
  net: number,
  table: Parameters<Estate['transitGatewayRouteTable']>[1],
): Estate => {
  const [one, two] = [`${name}1`, `${name}2`]
  const both = vpc(vpc(of, one, net, { private: { '10.0.0.0/8': `tgw-${name}` } }), two, net + 1, {
    private: { '10.0.0.0/8': `tgw-${name}` },
  })
  return host(
    host(
      both
        .transitGateway(name)
        .transitGatewayAttachment(one, [`${one}-private`])
        .transitGatewayAttachment(two, [`${two}-private`])
        .transitGatewayRouteTable(name, table)
        .with('transitGateway', `tgw-${name}`, { Options: {} }),
      one,
      `${one}-private`,
      `10.${net}.0.10`,
      [`tcp 8443 to 10.${net + 1}.0.0/16`],
    ),
    two,
    `${two}-private`,
    `10.${net + 1}.0.10`,
    [`tcp 8443 from 10.${net}.0.0/16`],
  )
}

/** What every fault begins with: where S3 is. */
export const healthy = (): Estate => estate().servicePrefixList('s3', ['3.5.134.0/23'])

export const faultyEstate = (): Estate => Object.values(faults).reduce((of, fault) => fault(of), healthy())

/** With the faults that are in a policy itself. */
export const faultyPolicy = `version: 1
extends: [ztnet/tiers-v1]
tiers:
  private: { subnet: { "tag:Tier": private } }
  pci: { subnet: { "tag:Scope": pci } }
rules: []
exceptions:
  - { id: EX-1, rule: private-by-nat, from: { vpc: q }, reason: "declared later", owner: net, expires: 2099-12-31 }
  - { id: EX-2, rule: db-in, from: { name: nobody }, reason: "gone", owner: net, expires: 2026-12-31 }
  - { id: EX-3, rule: db-in, reason: "was", owner: net, expires: 2026-01-31 }
ci: { max-exception-days: 365 }
`
