/** Facts about VPC endpoints: gateway endpoints as routes, interface endpoints as interfaces, and services of customers behind
 *  PrivateLink. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { LoadBalancerOptions } from '../build/load-balancer.ts'
import type { GroupRule } from '../build/rules.ts'
import { ask } from './ask.ts'

const S3_HERE = '52.216.1.1'
const S3_ABROAD = '3.5.160.1'

/** A public web server with a route to S3 through a gateway endpoint. */
const shop = (rules: readonly GroupRule[] = ['all to 0.0.0.0/0']): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .internetGateway('shop')
    .securityGroup('client', rules)
    .servicePrefixList('s3', ['52.216.0.0/15'])
    .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .instance('web', '10.0.1.10', { groups: ['client'], publicIp: '54.10.0.1' })
    .subnet('lone', '10.0.2.0/24', { routes: {} })
    .instance('lone', '10.0.2.10', { groups: ['client'] })
    .gatewayEndpoint('s3', { tables: ['app', 'lone'] })

describe('vector 35: a gateway endpoint', () => {
  it('takes packets to the addresses of its service in its region, past any default route (R-GWE-1)', () => {
    expect(ask(shop(), 'eni-web', S3_HERE, 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-client > acl-default-shop > rtb-app > vpce-s3',
      back: 'vpce-s3 > acl-default-shop > eni-web',
      judged: [
        'acl-default-shop outbound tcp 10.0.1.10:40000 -> 52.216.1.1:443',
        'acl-default-shop inbound tcp 52.216.1.1:443 -> 10.0.1.10:40000',
      ],
      arrivedAs: 'tcp 10.0.1.10:40000 -> 52.216.1.1:443',
    })
    expect(ask(shop(), 'eni-lone', S3_HERE, 'tcp 443').verdict).toBe('reachable')
    expect(ask(shop(), 'eni-lone', 'aws:s3', 'tcp 443').verdict).toBe('reachable')
  })

  it('leaves those of other regions to the internet gateway (R-GWE-1, R-GWE-8)', () => {
    expect(ask(shop(), 'eni-web', S3_ABROAD, 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-client > acl-default-shop > rtb-app > igw-shop > internet',
    })
    expect(ask(shop(), 'eni-lone', S3_ABROAD, 'tcp 443').blocked).toEqual(['forward NO_ROUTE_TO_DESTINATION rtb-lone'])
  })

  it('needs the service let out by the group of the client, by address or by prefix list (R-GWE-2)', () => {
    expect(ask(shop(['all to 10.0.0.0/8']), 'eni-lone', S3_HERE, 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-client',
      blocked: ['forward ENI_SG_RULES_MISMATCH sg-client outbound'],
    })
    expect(ask(shop(['tcp 443 to pl-s3']), 'eni-lone', S3_HERE, 'tcp 443').verdict).toBe('reachable')
  })

  it('loses to an equally exact route (R-GWE-1, R-ROUTE-4)', () => {
    const network = shop().routeTable('app', { '52.216.0.0/15': 'igw-shop' })
    expect(ask(network, 'eni-web', S3_HERE, 'tcp 443').forward).toContain('igw-shop')
  })
})

describe('a gateway endpoint', () => {
  it('has the NACL of the client subnet judge both ways, by the public addresses of the service (R-NACL-15, R-GWE-8)', () => {
    const network = shop()
      .within('vpc-shop')
      .networkAcl('default-shop', ['100 allow tcp 443 to 52.216.0.0/15', '100 allow tcp 443 from 52.216.0.0/15'])
    expect(ask(network, 'eni-web', S3_HERE, 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return SUBNET_ACL_RESTRICTION acl-default-shop inbound'],
    })
  })

  it('carries TCP and echo, and the service answers on 80 and 443 only (R-GWE-4)', () => {
    const asked = (packets: string) => ask(shop(), 'eni-lone', S3_HERE, packets)
    for (const packets of ['tcp 80', 'tcp 443', 'icmp']) expect(asked(packets).verdict, packets).toBe('reachable')
    expect(asked('tcp 22').blocked).toEqual(['forward SERVICE_PORT_RESTRICTION vpce-s3'])
    for (const packets of ['udp 443', 'icmp 13', 'gre'])
      expect(asked(packets).blocked, packets).toEqual(['forward VPCE_GATEWAY_PROTOCOL_RESTRICTION vpce-s3'])
  })

  it('and by whatever other path the service is reached, it answers the same ports (R-GWE-4)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .servicePrefixList('s3', ['52.216.0.0/15'])
      .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('web', '10.0.1.10', { publicIp: '54.10.0.1' })
    expect(ask(network, 'eni-web', S3_HERE, 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', S3_HERE, 'tcp 22').blocked).toEqual(['forward SERVICE_PORT_RESTRICTION internet'])
    expect(ask(network, 'eni-web', '9.9.9.9', 'tcp 22').verdict).toBe('reachable')
  })

  it('starts nothing (R-GWE-4)', () => {
    expect(ask(shop(), 'aws:s3', 'eni-lone', 'tcp 443').verdict).toBe('unreachable')
  })

  it('serves its own VPC, and nobody who came in by a transit gateway (R-GWE-3)', () => {
    const network = shop()
      .vpc('spoke', '10.1.0.0/16')
      .subnet('spoke', '10.1.0.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
      .instance('spoke', '10.1.0.10')
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['lone'])
      .transitGatewayAttachment('spoke', ['spoke'])
      .transitGatewayRouteTable('all', {
        associated: ['shop', 'spoke'],
        propagated: ['shop', 'spoke'],
        routes: { '0.0.0.0/0': 'shop' },
      })
      .routeTable('lone', { '10.1.0.0/16': 'tgw-hub' })
    expect(ask(network, 'eni-spoke', S3_HERE, 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward VPCE_GATEWAY_FOREIGN_SOURCE vpce-s3'],
    })
  })

  it('does not serve what a transit gateway brings back into its own VPC either (R-GWE-3)', () => {
    const network = shop()
      .subnet('far', '10.0.3.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
      .instance('far', '10.0.3.10')
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['lone'])
      .transitGatewayRouteTable('all', { associated: ['shop'], propagated: ['shop'], routes: { '0.0.0.0/0': 'shop' } })
    expect(ask(network, 'eni-far', S3_HERE, 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward VPCE_GATEWAY_FOREIGN_SOURCE vpce-s3'],
    })
    expect(ask(network, 'eni-lone', S3_HERE, 'tcp 443').verdict).toBe('reachable')
  })

  it('serves NAT gateways of its VPC, whose table may lead there (R-GWE-3)', () => {
    const network = shop()
      .subnet('public', '10.0.9.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .natGateway('shop', '10.0.9.8', { publicIp: '54.10.0.8' })
      .gatewayEndpoint('s3-too', { service: 's3', tables: ['public'] })
      .subnet('far', '10.0.3.0/24', { routes: { '0.0.0.0/0': 'nat-shop' } })
      .instance('far', '10.0.3.10')
    expect(ask(network, 'eni-far', S3_HERE, 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-default-shop > acl-default-shop > rtb-far > acl-default-shop > nat-shop > acl-default-shop > ' +
        'rtb-public > vpce-s3-too',
    })
  })

  it('that is not available drops (R-FLOW-10)', () => {
    const network = shop().with('vpcEndpoint', 'vpce-s3', { State: 'deleted' })
    expect(ask(network, 'eni-lone', S3_HERE, 'tcp 443').blocked).toContain('forward BAD_STATE vpce-s3')
  })

  it('whose addresses nobody read leaves it unknown (R-ROUTE-10)', () => {
    const network = shop().without('managedPrefixListEntries')
    expect(ask(network, 'eni-lone', S3_HERE, 'tcp 443').verdict).toBe('unknown')
  })
})

/** A client, and an endpoint of an AWS service in another subnet. */
const endpoint = (service = 'ssm', rules: readonly GroupRule[] = ['all from 10.0.0.0/16']): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('client', [])
    .securityGroup('endpoint', rules, { closed: true })
    .subnet('app', '10.0.1.0/24', { routes: {} })
    .instance('web', '10.0.1.10', { groups: ['client'] })
    .subnet('ends', '10.0.2.0/24', { routes: {} })
    .interfaceEndpoint(service, { ends: '10.0.2.40' }, { groups: ['endpoint'] })

describe('an interface endpoint', () => {
  it('is an interface behind its own groups, whose outbound rules do not matter (R-VPCE-2, R-NACL-14)', () => {
    expect(ask(endpoint(), 'eni-web', 'eni-ssm-ends', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-client > acl-default-shop > rtb-app > acl-default-shop > sg-endpoint > vpce-ssm',
      back: 'eni-ssm-ends > acl-default-shop > rtb-ends > acl-default-shop > eni-web',
    })
    expect(ask(endpoint(), 'eni-web', 'aws:ssm', 'tcp 443').verdict).toBe('reachable')
  })

  it('vector 36: answers no ICMP (R-VPCE-4)', () => {
    expect(ask(endpoint(), 'eni-web', 'eni-ssm-ends', 'icmp')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-client > acl-default-shop > rtb-app > acl-default-shop > sg-endpoint > vpce-ssm',
      blocked: ['forward VPCE_SERVICE_PORT vpce-ssm'],
    })
  })

  it('vector 37: needs 443 from the client in its own group (R-SG-25)', () => {
    expect(ask(endpoint('ssm', ['tcp 80 from 10.0.0.0/16']), 'eni-web', 'eni-ssm-ends', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward ENI_SG_RULES_MISMATCH sg-endpoint inbound'],
    })
    expect(ask(endpoint('ssm', ['tcp 443 from sg-client']), 'eni-web', 'eni-ssm-ends', 'tcp 443').verdict).toBe(
      'reachable',
    )
  })

  it('listens where its service does: 443 unless AWS says otherwise (R-VPCE-6)', () => {
    const listens = (service: string, packets: string) =>
      ask(endpoint(service), 'eni-web', `eni-${service}-ends`, packets).verdict
    expect(listens('ssm', 'tcp 22')).toBe('unreachable')
    expect(listens('ssm', 'udp 443')).toBe('unreachable')
    expect(listens('email-smtp', 'tcp 587')).toBe('reachable')
    expect(listens('email-smtp', 'tcp 443')).toBe('unreachable')
    for (const [service, packets] of [
      ['iot.data', 'tcp 8883'],
      ['transfer.server', 'tcp 22'],
      ['storagegateway', 'tcp 1031'],
      ['storagegateway', 'tcp 2222'],
      ['cassandra-fips', 'tcp 9142'],
      ['appstream.streaming', 'tcp 1400-1499'],
    ] as const)
      expect(listens(service, packets), service).toBe('reachable')
    expect(listens('data', 'tcp 8883')).toBe('unreachable')
  })

  it('drops what is not encrypted where the VPC enforces that (R-VPCE-15, R-ENC-1)', () => {
    const controlled = (service: string, Mode: string, State = 'available') =>
      endpoint(service).record('vpcEncryptionControl', 'vpcec-1', {
        VpcEncryptionControlId: 'vpcec-1',
        VpcId: 'vpc-shop',
        Mode,
        State,
      })
    const asked = (network: Estate, service: string, packets: string) =>
      ask(network, 'eni-web', `eni-${service}-ends`, packets)
    const enforced = controlled('s3', 'enforce')
    expect(asked(enforced, 's3', 'tcp 80')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward VPC_ENCRYPTION_ENFORCED vpce-s3'],
    })
    expect(asked(enforced, 's3', 'tcp 443')).toMatchObject({ verdict: 'reachable', conditions: [] })
    // The client may turn encryption on in the conversation, which no header tells.
    expect(asked(controlled('email-smtp', 'enforce'), 'email-smtp', 'tcp 587')).toMatchObject({
      verdict: 'conditional',
      conditions: ['VPC_ENCRYPTION_DECIDES vpce-email-smtp'],
    })
    expect(asked(controlled('s3', 'monitor'), 's3', 'tcp 80').verdict).toBe('reachable')
    expect(asked(controlled('s3', 'enforce', 'deleted'), 's3', 'tcp 80').verdict).toBe('reachable')
    expect(asked(controlled('s3', 'enforce', 'enforce-in-progress'), 's3', 'tcp 80')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['VPC_ENCRYPTION_CHANGING vpce-s3'],
    })
    const unread = endpoint('s3').without('vpcEncryptionControl')
    expect(asked(unread, 's3', 'tcp 80')).toMatchObject({ verdict: 'reachable', assumptions: ['R-ENC-1'] })
    expect(asked(unread, 's3', 'tcp 443')).toMatchObject({ verdict: 'reachable', assumptions: [] })
  })

  it('serves no request where its policy denies them all, though packets reach it (R-GWE-7)', () => {
    const ruled = (network: Estate, id: string, ...Statement: readonly object[]) =>
      network.with('vpcEndpoint', id, { PolicyDocument: JSON.stringify({ Statement }) })
    const all = { Principal: '*', Action: '*', Resource: '*' }
    const [allow, deny] = [
      { Effect: 'Allow', ...all },
      { Effect: 'Deny', ...all },
    ]
    for (const [network, from, id, to] of [
      [shop(), 'eni-lone', 'vpce-s3', S3_HERE],
      [endpoint(), 'eni-web', 'vpce-ssm', 'eni-ssm-ends'],
    ] as const) {
      expect(ask(ruled(network, id, allow, deny), from, to, 'tcp 443')).toMatchObject({
        verdict: 'conditional',
        conditions: [`ENDPOINT_POLICY_DENIES ${id}`],
      })
      const some = { ...deny, Condition: { StringNotEquals: { 'aws:PrincipalAccount': '111111111111' } } }
      for (const statements of [[allow], [allow, some], [allow, { ...deny, Action: 's3:PutObject' }]])
        expect(ask(ruled(network, id, ...statements), from, to, 'tcp 443').verdict).toBe('reachable')
    }
  })

  it('behind which nobody knows the service is unknown, save for ICMP (R-VPCE-6, R-VPCE-4)', () => {
    const nameless = endpoint().with('vpcEndpoint', 'vpce-ssm', { ServiceName: undefined })
    expect(ask(nameless, 'eni-web', 'eni-ssm-ends', 'tcp 22')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ENDPOINT_WITHOUT_SERVICE vpce-ssm'],
    })
    expect(ask(nameless, 'eni-web', 'eni-ssm-ends', 'icmp').verdict).toBe('unreachable')
    const unread = endpoint().without('vpcEndpoint')
    expect(ask(unread, 'eni-web', 'eni-ssm-ends', 'tcp 443').verdict).toBe('unknown')
    expect(ask(unread, 'eni-web', 'eni-ssm-ends', 'icmp').verdict).toBe('unreachable')
  })

  it('starts nothing towards the VPC (R-VPCE-3)', () => {
    expect(ask(endpoint(), 'eni-ssm-ends', 'eni-web', 'tcp 443').blocked).toContain(
      'forward VPCE_INTRA_VPC_TRAFFIC vpce-ssm',
    )
  })

  it.each([
    ['pendingAcceptance', 'unreachable'],
    ['rejected', 'unreachable'],
    ['failed', 'unreachable'],
    ['expired', 'unreachable'],
    ['partial', 'unreachable'],
    ['pending', 'unknown'],
    ['Available', 'reachable'],
  ])('that is %s makes it %s (R-VPCE-5, R-FLOW-10)', (State, verdict) => {
    expect(
      ask(endpoint().with('vpcEndpoint', 'vpce-ssm', { State }), 'eni-web', 'eni-ssm-ends', 'tcp 443').verdict,
    ).toBe(verdict)
  })

  it.each(['Resource', 'ServiceNetwork', 'Tunnel'])('of type %s leaves it unknown (R-VPCE-14)', (VpcEndpointType) => {
    const network = endpoint().with('vpcEndpoint', 'vpce-ssm', { VpcEndpointType })
    expect(ask(network, 'eni-web', 'eni-ssm-ends', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['UNMODELLED_TARGET vpce-ssm'],
      assumptions: VpcEndpointType === 'Tunnel' ? ['R-VPCE-14'] : [],
    })
  })

  it.each(['Resource', 'ServiceNetwork'])('of type %s is for TCP alone (R-RES-1, R-RES-3)', (VpcEndpointType) => {
    const network = endpoint().with('vpcEndpoint', 'vpce-ssm', { VpcEndpointType })
    for (const packets of ['udp 53', 'icmp'])
      expect(ask(network, 'eni-web', 'eni-ssm-ends', packets).blocked).toEqual(['forward VPCE_SERVICE_PORT vpce-ssm'])
  })

  it('is not reached from the internet by IPv6 (R-VPCE-12, R-ADDR-13)', () => {
    const network = estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .internetGateway('shop')
      .securityGroup('open', ['all from ::/0'])
      .subnet('ends', ['10.0.2.0/24', '2600:1f18:1:2::/64'], { routes: { '::/0': 'igw-shop' } })
      .interfaceEndpoint('ssm', { ends: ['10.0.2.40', '2600:1f18:1:2::40'] }, { groups: ['open'] })
    // A record that does not say so is of an endpoint all the same.
    for (const DenyAllIgwTraffic of [true, undefined])
      expect(
        ask(
          network.with('networkInterface', 'eni-ssm-ends', { DenyAllIgwTraffic }),
          '2606:4700::1111',
          'eni-ssm-ends',
          'tcp 443',
        ),
      ).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward IGW_TRAFFIC_DENIED igw-shop'],
      })
  })
})

/** A consumer VPC with an endpoint to a service behind the provider's Network Load Balancer. */
const privateLink = (
  balancer: Partial<LoadBalancerOptions> & { readonly zone?: string; readonly region?: string } = {},
  target: readonly GroupRule[] = ['tcp 8443 from 10.9.0.0/16'],
): Estate => {
  const { zone = 'a', region, ...options } = balancer
  return estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('client', [])
    .securityGroup('endpoint', ['all from 10.0.0.0/16'])
    .subnet('app', '10.0.1.0/24', { routes: {} })
    .instance('web', '10.0.1.10', { groups: ['client'] })
    .interfaceEndpoint(
      'api',
      { app: '10.0.1.40' },
      { service: 'vpce-svc-api', groups: ['endpoint'], ...(region !== undefined && { region }) },
    )
    .in({ account: '222222222222', region: region ?? 'us-east-1' })
    .vpc('provider', '10.9.0.0/16')
    .securityGroup('target', target)
    .subnet('front', '10.9.0.0/24', { zone, routes: {} })
    .subnet('back', '10.9.1.0/24', { zone, routes: {} })
    .instance('api', '10.9.1.10', { groups: ['target'] })
    .networkLoadBalancer('front', {
      nodes: { front: '10.9.0.50' },
      listeners: { 'TCP 443': { targets: ['i-api'], port: 8443 } },
      ...options,
    })
    .endpointService('api', ['front'])
}

describe('an endpoint of a customer service (PrivateLink)', () => {
  it('leads on to the load balancer of the provider, whose targets see the address of its node (R-VPCE-7, R-LB-8)', () => {
    expect(ask(privateLink(), 'eni-web', 'eni-api-app', 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-client > sg-endpoint > vpce-api > front > acl-default-provider > rtb-front > acl-default-provider > ' +
        'sg-target > eni-api',
      back: 'eni-api > acl-default-provider > rtb-back > acl-default-provider > front > eni-api-app > eni-web',
      arrivedAs: 'tcp 10.9.0.50:1024 -> 10.9.1.10:8443',
    })
  })

  it('is no way to a service of AWS', () => {
    expect(ask(privateLink(), 'eni-web', 'aws-services', 'tcp 443').verdict).toBe('unreachable')
    const aws = privateLink()
      .within('vpc-shop')
      .interfaceEndpoint('ssm', { app: '10.0.1.41' }, { groups: ['endpoint'] })
    const { flows } = ask(aws, 'eni-web', 'aws-services', 'tcp 443').result
    expect(flows.flatMap(({ packets }) => packets.flatMap((each) => each.destinations))).toEqual(['10.0.1.41/32'])
  })

  it('answers only where the service listens, and no ICMP (R-LB-1, R-VPCE-4)', () => {
    expect(ask(privateLink(), 'eni-web', 'eni-api-app', 'tcp 80').blocked).toEqual([
      'forward ELBV2_LISTENERS_MISMATCH front',
    ])
    expect(ask(privateLink(), 'eni-web', 'eni-api-app', 'icmp').blocked).toEqual(['forward VPCE_SERVICE_PORT vpce-api'])
  })

  it('is judged by the inbound rules of the load balancer, by the address of the client (R-VPCE-8)', () => {
    const ruled = (rules: readonly GroupRule[]): Estate =>
      privateLink({ groups: ['front'] })
        .within('vpc-provider')
        .securityGroup('front', rules)
    expect(ask(ruled(['tcp 443 from 10.0.1.10/32']), 'eni-web', 'eni-api-app', 'tcp 443').verdict).toBe('reachable')
    for (const [rule, blocker] of [
      ['tcp 443 from 10.0.1.40/32', 'ENI_SG_RULES_MISMATCH sg-front inbound'],
      ['tcp 443 from sg-client', 'SG_REFERENCES_NOT_PRESERVED vpce-api'],
    ] as const)
      expect(ask(ruled([rule]), 'eni-web', 'eni-api-app', 'tcp 443')).toMatchObject({
        verdict: 'unreachable',
        blocked: [`forward ${blocker}`],
      })
  })

  it('vector 40: is not judged by them where that is turned off (R-VPCE-8)', () => {
    const network = privateLink({ groups: ['front'] })
      .within('vpc-provider')
      .securityGroup('front', ['tcp 443 from 192.0.2.1/32', 'all to 0.0.0.0/0'])
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/net/front/front'
    const asked = (enforced: 'on' | 'off' | undefined) =>
      ask(
        network.with('loadBalancer', arn, { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforced }),
        'eni-web',
        'eni-api-app',
        'tcp 443',
      )
    expect(asked('on')).toMatchObject({ verdict: 'unreachable', assumptions: [] })
    expect(asked('off')).toMatchObject({ verdict: 'reachable', assumptions: [] })
    // On is how AWS sets it up, and what is taken of what was not read.
    expect(asked(undefined)).toMatchObject({ verdict: 'unreachable', assumptions: ['R-VPCE-8'] })
  })

  it('is served in its own physical zone only (R-VPCE-9, R-AZ-1)', () => {
    expect(ask(privateLink({ zone: 'b' }), 'eni-web', 'eni-api-app', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward VPCE_SERVICE_NOT_INSTALLED_IN_AZ vpce-api'],
    })
    const renamed = privateLink({ zone: 'b' })
      .with('subnet', 'subnet-front', { AvailabilityZoneId: 'use1-az1' })
      .with('subnet', 'subnet-back', { AvailabilityZoneId: 'use1-az1' })
    expect(ask(renamed, 'eni-web', 'eni-api-app', 'tcp 443').verdict).toBe('reachable')
  })

  it('of another region is an interface like any other, whatever its zone (R-VPCE-10)', () => {
    const abroad = privateLink({ region: 'eu-west-1' })
    expect(ask(abroad, 'eni-web', 'eni-api-app', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      arrivedAs: 'tcp 10.9.0.50:1024 -> 10.9.1.10:8443',
    })
    const unsaid = abroad.with('vpcEndpoint', 'vpce-api', { ServiceRegion: undefined })
    expect(ask(unsaid, 'eni-web', 'eni-api-app', 'tcp 443').verdict).toBe('reachable')
  })

  it('needs zone ids where accounts call zones by names of their own (R-VPCE-9, R-AZ-1)', () => {
    const unread = privateLink()
      .without('availabilityZone')
      .with('subnet', 'subnet-front', { AvailabilityZoneId: undefined })
    expect(ask(unread, 'eni-web', 'eni-api-app', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ZONE_UNKNOWN front'],
    })
    const named = unread.with('subnet', 'subnet-app', { AvailabilityZoneId: undefined })
    expect(ask(named, 'eni-web', 'eni-api-app', 'tcp 443').verdict).toBe('unknown')
  })

  it('of a provider whose interfaces or subnets were not read is unknown, and still not in other zones (R-ENI-9, R-VPCE-9)', () => {
    const without = (...ids: readonly string[]) => {
      const hidden = (network: Estate) => ({
        snapshot: () => {
          const snapshot = network.snapshot()
          return { ...snapshot, resources: snapshot.resources.filter(({ id }) => !ids.includes(id)) }
        },
      })
      const asked = (zone: string) => ask(hidden(privateLink({ zone })), 'eni-web', 'eni-api-app', 'tcp 443')
      expect(asked('b').blocked).toEqual(['forward VPCE_SERVICE_NOT_INSTALLED_IN_AZ vpce-api'])
      return asked('a')
    }
    expect(without('eni-front-front')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['INTERFACES_UNKNOWN subnet-front'],
    })
    expect(without('subnet-front', 'subnet-back')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['UNKNOWN_RESOURCE subnet-front'],
    })
  })

  it('of two load balancers may be served by either (R-VPCE-7)', () => {
    const network = privateLink()
      .networkLoadBalancer('second', {
        nodes: { front: '10.9.0.60' },
        groups: ['closed'],
        listeners: { 'TCP 443': { targets: ['i-api'], port: 8443 } },
      })
      .securityGroup('closed', [])
      .with('vpcEndpointServiceConfiguration', 'vpce-svc-api', {
        NetworkLoadBalancerArns: ['front', 'second'].map(
          (name) => `arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/net/${name}/${name}`,
        ),
      })
    expect(ask(network, 'eni-web', 'eni-api-app', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      conditions: ['TARGET_CHOICE vpce-api'],
      blocked: ['forward SG_HAS_NO_RULES sg-closed inbound'],
    })
  })

  it('takes from a VPC that enforces encryption what is encrypted, which no port tells (R-VPCE-15)', () => {
    const enforced = privateLink().record('vpcEncryptionControl', 'vpcec-1', {
      VpcEncryptionControlId: 'vpcec-1',
      VpcId: 'vpc-shop',
      Mode: 'enforce',
      State: 'available',
    })
    expect(ask(enforced, 'eni-web', 'eni-api-app', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      conditions: ['VPC_ENCRYPTION_DECIDES vpce-api'],
    })
  })

  it('of a provider that was not read is unknown (R-VPCE-7)', () => {
    const network = privateLink().without('vpcEndpointServiceConfiguration')
    expect(ask(network, 'eni-web', 'eni-api-app', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ENDPOINT_SERVICE_UNKNOWN vpce-api'],
    })
  })

  it('leads nowhere but to the service: the provider cannot call back (R-VPCE-3)', () => {
    expect(ask(privateLink(), 'eni-api', 'eni-web', 'tcp 443').verdict).toBe('unreachable')
    expect(ask(privateLink(), 'eni-api', 'eni-api-app', 'tcp 443').verdict).toBe('unreachable')
  })
})
