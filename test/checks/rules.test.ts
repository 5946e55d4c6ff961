/** Every rule of ztnet/tiers-v1 and every built-in check, by three networks: one that violates it, one that is a single setting away from
 *  that, and one of which nobody can tell. */
import { describe, expect, it } from 'vitest'
import type { Kind } from '../../src/snapshot/schema.ts'
import type { Estate } from '../build.ts'
import { check } from './ask.ts'
import { faults, faultyPolicy, healthy } from './faults.ts'

interface Row {
  /** One setting less than the violation. */
  readonly nearly: (of: Estate) => Estate
  readonly unread: readonly Kind[]
  /** What is then said: the rule is open, or the check is silent. */
  readonly then: 'open' | 'silent'
}

const closed = (group: string) => (of: Estate) =>
  of.with('securityGroup', group, { IpPermissions: [], IpPermissionsEgress: [] })

const retagged = (subnet: string, Key: string, Value: string) => (of: Estate) =>
  of.with('subnet', subnet, { Tags: [{ Key, Value }] })

const rule = (nearly: Row['nearly']): Row => ({ nearly, unread: ['securityGroup'], then: 'open' })
const silent = (nearly: Row['nearly'], ...unread: Kind[]): Row => ({ nearly, unread, then: 'silent' })

const table: Readonly<Record<keyof typeof faults, Row>> = {
  'no-direct-ingress': rule((of) =>
    of.with('networkInterface', 'eni-a1', {
      Association: undefined,
      PrivateIpAddresses: [{ PrivateIpAddress: '10.1.0.10', Primary: true }],
    }),
  ),
  'db-isolated': rule((of) => of.with('natGateway', 'nat-b', { State: 'deleted' })),
  'db-in': rule(retagged('subnet-c-public', 'Tier', 'private')),
  'intra-closed': rule(retagged('subnet-d-intra', 'Tier', 'private')),
  'intra-in': rule(retagged('subnet-g-intra', 'Tier', 'private')),
  'aws-by-endpoint': rule(closed('sg-h1')),
  'private-in': rule(retagged('subnet-i-database', 'Tier', 'intra')),
  'public-out': rule(retagged('subnet-j-intra', 'Tier', 'private')),
  'private-by-nat': rule(closed('sg-k1')),
  'admin-port-from-internet': rule((of) =>
    of.with('securityGroup', 'sg-l1', {
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    }),
  ),
  'cleartext-protocol': rule(retagged('subnet-m-public', 'Tier', 'private')),
  'aws-service-by-internet': silent(
    (of) => of.within('vpc-n').gatewayEndpoint('n', { service: 's3', tables: ['n-private'] }),
    'securityGroup',
  ),
  'trust-by-address': silent(closed('sg-o1'), 'securityGroup'),
  'endpoint-policy-open': silent(closed('sg-p1'), 'vpcEndpoint'),
  'lambda-outside-vpc': silent(
    (of) =>
      of.with('function', 'arn:aws:lambda:us-east-1:111111111111:function:loose', {
        VpcConfig: { VpcId: 'vpc-1', SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
      }),
    'function',
  ),
  'subnet-not-as-declared': silent(closed('sg-q1'), 'routeTable'),
  'subnet-of-several-tiers': silent(retagged('subnet-r-private', 'Tier', 'private'), 'subnet'),
  'subnet-without-tier': silent(retagged('subnet-s-x', 'Tier', 'intra'), 'subnet'),
  'tgw-default-association': silent(closed('sg-ta1'), 'transitGatewayRoutes'),
  'tgw-default-propagation': silent(closed('sg-tp1'), 'transitGatewayRoutes'),
  'tgw-propagated-route': silent(closed('sg-tr1'), 'transitGatewayRoutes'),
  'nacl-loses-replies': silent(
    (of) =>
      of
        .within('vpc-u')
        .networkAcl('u-far', ['100 allow tcp 8443 from 10.26.0.0/24', '100 allow tcp 1024-65535 to 10.26.0.0/24']),
    'networkAcl',
  ),
  'nacl-rule-shadowed': silent(
    (of) => of.within('vpc-v').networkAcl('v', ['100 allow tcp 443 from 0.0.0.0/0', '200 deny tcp 22 from 0.0.0.0/0']),
    'networkAcl',
  ),
  'sg-rule-redundant': silent(
    (of) =>
      of
        .within('vpc-w')
        .securityGroup('w1', ['tcp 8000-9000 from 10.28.7.0/24', 'tcp 8443 from 10.28.0.0/16'], { closed: true }),
    'securityGroup',
  ),
  'sg-reference-dead': silent((of) => of.within('vpc-x').securityGroup('gone', [], { closed: true }), 'securityGroup'),
  'route-to-nowhere': silent(
    (of) => of.with('networkInterface', 'eni-y1', { SubnetId: 'subnet-elsewhere', VpcId: 'vpc-elsewhere' }),
    'routeTable',
  ),
}

describe.each(Object.entries(table))('%s', (id, { nearly, unread, then }) => {
  const policy = id.startsWith('subnet-not') || id.startsWith('subnet-of') ? faultyPolicy : undefined
  const fault = faults[id]!

  it('finds a network that violates it', () => {
    expect(check(fault(healthy()), policy).findings.map((each) => each.rule)).toContain(id)
  })

  it('does not find one that is a setting away from it', () => {
    expect(check(nearly(fault(healthy())), policy).findings.map((each) => each.rule)).not.toContain(id)
  })

  it(`${then === 'open' ? 'says so of' : 'is silent about'} one of which nobody can tell`, () => {
    const { findings, unknowns } = check(fault(healthy()).without(...unread), policy)
    expect(findings.map((each) => each.rule)).not.toContain(id)
    expect(unknowns.some((each) => each.rule === id)).toBe(then === 'open')
  })
})
