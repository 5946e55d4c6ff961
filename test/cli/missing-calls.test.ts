/** Which calls `ztnet import` misses in a folder of answers: those of which records say that they would have told something. */
import { describe, expect, it } from 'vitest'
import { missingCalls } from '../../src/cli/missing-calls.ts'
import type { Kind } from '../../src/snapshot/schema.ts'
import { examples } from '../examples/all.ts'

const missingIn = (name: string, ...unread: readonly Kind[]): readonly string[] => {
  const snapshot = examples.get(name)!
  const isRead = ({ kind }: { readonly kind: Kind }): boolean => !unread.includes(kind)
  const { resources, coverage } = snapshot
  const lesser = { ...snapshot, resources: resources.filter(isRead), coverage: coverage.filter(isRead), gaps: [] }
  return missingCalls(lesser).map(({ fix }) => /`aws (.*)`/.exec(fix)?.[1] ?? fix)
}

describe('calls', () => {
  it.each([...examples.keys()].filter((name) => name !== 'dangling'))('of %s are all there', (name) => {
    expect(missingIn(name)).toEqual([])
  })

  it.each<readonly [string, Kind, string]>([
    ['three-tier', 'routeTable', 'ec2 describe-route-tables'],
    ['three-tier', 'natGateway', 'ec2 describe-nat-gateways'],
    ['three-tier', 'internetGateway', 'ec2 describe-internet-gateways'],
    ['peering', 'vpcPeeringConnection', 'ec2 describe-vpc-peering-connections'],
    ['private-link', 'vpcEndpoint', 'ec2 describe-vpc-endpoints'],
    ['transit-hub', 'transitGateway', 'ec2 describe-transit-gateways'],
    ['transit-hub', 'transitGatewayVpcAttachment', 'ec2 describe-transit-gateway-vpc-attachments'],
    ['transit-hub', 'transitGatewayRouteTable', 'ec2 describe-transit-gateway-route-tables'],
    ['transit-hub', 'transitGatewayRoutes', 'ec2 search-transit-gateway-routes'],
    ['load-balancer', 'loadBalancer', 'elbv2 describe-load-balancers'],
    ['load-balancer', 'listener', 'elbv2 describe-listeners'],
    ['load-balancer', 'targetGroup', 'elbv2 describe-target-groups'],
    ['hybrid', 'vpnGateway', 'ec2 describe-vpn-gateways'],
    ['hybrid', 'vpnConnection', 'ec2 describe-vpn-connections'],
  ])('of %s lack one where %s was not read', (name, kind, call) => {
    expect(missingIn(name, kind)).toContain(call)
  })

  it('that nothing in the network asks for are not missed', () => {
    expect(missingIn('nat-gateway', 'transitGateway', 'vpcPeeringConnection', 'loadBalancer', 'vpcEndpoint')).toEqual(
      [],
    )
  })
})
