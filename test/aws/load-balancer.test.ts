/** Facts about Network, Application and Classic Load Balancers: two connections joined at a node, and what targets see of the client. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { ClassicLoadBalancerOptions, LoadBalancerOptions, TargetsOptions } from '../build/load-balancer.ts'
import type { AclRule, GroupRule } from '../build/rules.ts'
import { ask } from './ask.ts'

const OPEN = ['100 allow all from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'] as const

interface Site {
  readonly target?: readonly GroupRule[]
  readonly front?: readonly AclRule[]
  readonly back?: readonly AclRule[]
}

/** A client, a subnet for the load balancer and one for its target, all in zone a and open but for what is said. */
const site = ({ target = ['all from 0.0.0.0/0'], front = OPEN, back = OPEN }: Site = {}): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('client', [])
    .securityGroup('target', target)
    .securityGroup('balancer', ['tcp 443 from 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24', { routes: {} })
    .instance('web', '10.0.1.10', { groups: ['client'] })
    .subnet('front', '10.0.2.0/24', { routes: {}, acl: front })
    .subnet('back', '10.0.3.0/24', { routes: {}, acl: back })
    .instance('api', '10.0.3.10', { groups: ['target'] })

type Balancer = Partial<LoadBalancerOptions> & { readonly to?: Partial<TargetsOptions> }

const balanced = (
  kind: 'networkLoadBalancer' | 'applicationLoadBalancer',
  { to, ...options }: Balancer,
  at?: Site,
): Estate =>
  site(at)[kind]('front', {
    nodes: { front: '10.0.2.50' },
    listeners: {
      [kind === 'networkLoadBalancer' ? 'TCP 443' : 'HTTP 443']: { targets: ['i-api'], port: 8443, ...to },
    },
    ...options,
  })
const network = (options: Balancer = {}, at?: Site): Estate => balanced('networkLoadBalancer', options, at)
const application = (options: Balancer = {}, at?: Site): Estate =>
  balanced('applicationLoadBalancer', { groups: ['balancer'], ...options }, at)
const classic = (options: Partial<ClassicLoadBalancerOptions> = {}, at?: Site): Estate =>
  site(at).classicLoadBalancer('front', {
    nodes: { front: '10.0.2.50' },
    groups: ['balancer'],
    listeners: { 'TCP 443': 8443 },
    instances: ['api'],
    ...options,
  })

const NODE = 'eni-front-front'
const HTTPS = 'tcp 443 from 40000'

describe('a Network Load Balancer', () => {
  it('keeps the address of the client, and the answer of the target comes back through the node without a route (R-LB-9, R-LB-10)', () => {
    expect(ask(network(), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-client > acl-default-shop > rtb-app > acl-front > front > acl-front > rtb-front > acl-back > sg-target > eni-api',
      back: 'eni-api > acl-back > acl-front > front > acl-front > rtb-front > acl-default-shop > eni-web',
      judged: [
        'acl-default-shop outbound tcp 10.0.1.10:40000 -> 10.0.2.50:443',
        'acl-front inbound tcp 10.0.1.10:40000 -> 10.0.2.50:443',
        'acl-front outbound tcp 10.0.1.10:40000 -> 10.0.3.10:8443',
        'acl-back inbound tcp 10.0.1.10:40000 -> 10.0.3.10:8443',
        'acl-back outbound tcp 10.0.3.10:8443 -> 10.0.1.10:40000',
        'acl-front inbound tcp 10.0.3.10:8443 -> 10.0.1.10:40000',
        'acl-front outbound tcp 10.0.2.50:443 -> 10.0.1.10:40000',
        'acl-default-shop inbound tcp 10.0.2.50:443 -> 10.0.1.10:40000',
      ],
      arrivedAs: 'tcp 10.0.1.10:40000 -> 10.0.3.10:8443',
      blocked: [],
      assumptions: [],
    })
  })

  it('that does not keep it goes on from its own address, and is answered by the routes (R-LB-7)', () => {
    expect(ask(network({ to: { preserveClientIp: false } }), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      back: 'eni-api > acl-back > rtb-back > acl-front > front > acl-front > rtb-front > acl-default-shop > eni-web',
      judged: [
        'acl-default-shop outbound tcp 10.0.1.10:40000 -> 10.0.2.50:443',
        'acl-front inbound tcp 10.0.1.10:40000 -> 10.0.2.50:443',
        'acl-front outbound tcp 10.0.2.50:1024 -> 10.0.3.10:8443',
        'acl-back inbound tcp 10.0.2.50:1024 -> 10.0.3.10:8443',
        'acl-back outbound tcp 10.0.3.10:8443 -> 10.0.2.50:1024',
        'acl-front inbound tcp 10.0.3.10:8443 -> 10.0.2.50:1024',
        'acl-front outbound tcp 10.0.2.50:443 -> 10.0.1.10:40000',
        'acl-default-shop inbound tcp 10.0.2.50:443 -> 10.0.1.10:40000',
      ],
      arrivedAs: 'tcp 10.0.2.50:1024 -> 10.0.3.10:8443',
    })
  })

  it('keeps it by default for instances and for UDP, and not for addresses (R-LB-7)', () => {
    const attributes = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/front-443/front-443'
    const unread = (to: Partial<TargetsOptions>): Estate =>
      network({ to }).with('targetGroupAttributes', attributes, { Attributes: [] })
    expect(ask(unread({}), 'eni-web', NODE, HTTPS)).toMatchObject({
      arrivedAs: 'tcp 10.0.1.10:40000 -> 10.0.3.10:8443',
      assumptions: ['R-LB-7'],
    })
    expect(ask(unread({ targets: ['10.0.3.10'] }), 'eni-web', NODE, HTTPS)).toMatchObject({
      arrivedAs: 'tcp 10.0.2.50:1024 -> 10.0.3.10:8443',
      assumptions: ['R-LB-7'],
    })
    const udp = site().networkLoadBalancer('front', {
      nodes: { front: '10.0.2.50' },
      listeners: { 'UDP 53': { targets: ['10.0.3.10'], preserveClientIp: false } },
    })
    // Of UDP the attribute cannot be turned off, whatever it says, nor of what is made of it.
    expect(ask(udp, 'eni-web', NODE, 'udp 53 from 40000').arrivedAs).toBe('udp 10.0.1.10:40000 -> 10.0.3.10:53')
    const group = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/front-53-udp/front-53-udp'
    const quic = udp.with('targetGroup', group, { Protocol: 'QUIC' })
    expect(ask(quic, 'eni-web', NODE, 'udp 53 from 40000').arrivedAs).toBe('udp 10.0.1.10:40000 -> 10.0.3.10:53')
  })

  it('vector 38: without groups has its target judge the client by address (R-LB-4, R-LB-9)', () => {
    const targetOnly = (rule: GroupRule) => ask(network({}, { target: [rule] }), 'eni-web', NODE, HTTPS)
    expect(targetOnly('tcp 8443 from 10.0.1.10/32')).toMatchObject({ verdict: 'reachable' })
    expect(targetOnly('tcp 8443 from 10.0.2.50/32')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward ENI_SG_RULES_MISMATCH sg-target inbound'],
    })
  })

  it.each([
    ['network', [], ['tcp 8443 from sg-client'], ['R-LB-6']],
    ['network', ['balancer'], ['tcp 8443 from sg-client'], ['R-LB-6']],
    ['network', ['client'], ['tcp 22 from sg-client'], []],
    ['network', [], ['tcp 22 from sg-client', 'tcp 8443 from sg-balancer'], []],
    ['application', ['balancer'], ['tcp 8443 from sg-client'], []],
  ] as const)(
    'does not stand in for the group of its client, by an assumption: %s in %j before %j (R-LB-6)',
    (kind, groups, target, assumptions) => {
      const made = kind === 'network' ? network({ groups }, { target }) : application({ groups }, { target })
      const open = made.securityGroup('client', ['tcp 443 from 10.0.0.0/16'])
      expect(ask(open, 'eni-web', NODE, HTTPS)).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward ENI_SG_RULES_MISMATCH sg-target inbound'],
        assumptions,
      })
    },
  )

  it('whose target admits the client by address rests on no such assumption (R-LB-6)', () => {
    const target: GroupRule[] = ['tcp 8443 from sg-client', 'tcp 8443 from 10.0.1.0/24']
    expect(ask(network({}, { target }), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      assumptions: [],
    })
  })

  it('vector 38: and the other way round where the address is not kept', () => {
    const options = { to: { preserveClientIp: false } }
    const targetOnly = (rule: GroupRule) => ask(network(options, { target: [rule] }), 'eni-web', NODE, HTTPS).verdict
    expect(targetOnly('tcp 8443 from 10.0.1.10/32')).toBe('unreachable')
    expect(targetOnly('tcp 8443 from 10.0.2.50/32')).toBe('reachable')
  })

  it('vector 39: with a group is let in by a target that names that group, also with the client address kept (R-LB-6)', () => {
    const target: GroupRule[] = ['tcp 8443 from sg-balancer']
    expect(ask(network({ groups: ['balancer'] }, { target }), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-client > acl-default-shop > rtb-app > acl-front > sg-balancer > front > sg-balancer > front > ' +
        'acl-front > rtb-front > acl-back > sg-target > eni-api',
      arrivedAs: 'tcp 10.0.1.10:40000 -> 10.0.3.10:8443',
    })
    expect(ask(network({}, { target }), 'eni-web', NODE, HTTPS).verdict).toBe('unreachable')
  })

  it('with a group is judged by it on both legs (R-LB-5)', () => {
    const ruled = (rules: readonly GroupRule[]) =>
      ask(network({ groups: ['balancer'] }).securityGroup('balancer', rules), 'eni-web', NODE, HTTPS).blocked
    expect(ruled(['tcp 80 from 0.0.0.0/0'])).toEqual(['forward ENI_SG_RULES_MISMATCH sg-balancer inbound'])
    expect(ruled(['tcp 443 from 0.0.0.0/0', 'tcp 443 to 0.0.0.0/0'])).toEqual([
      'forward ENI_SG_RULES_MISMATCH sg-balancer outbound',
    ])
  })

  it.each([
    ['front', ['100 allow tcp 443 from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'], 'return', 'inbound'],
    ['front', ['100 allow all from 0.0.0.0/0', '100 allow tcp 8443 to 0.0.0.0/0'], 'return', 'outbound'],
    ['front', ['100 allow all from 0.0.0.0/0', '100 allow tcp 1024-8000 to 0.0.0.0/0'], 'forward', 'outbound'],
    ['back', ['100 allow tcp 443 from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'], 'forward', 'inbound'],
    ['back', ['100 allow all from 0.0.0.0/0', '100 allow all to 10.0.2.0/24'], 'return', 'outbound'],
  ] as const)('is stopped by each of these NACLs alone: %s %j (R-NACL-16, R-LB-10)', (subnet, acl, leg, direction) => {
    const { blocked } = ask(network({}, { [subnet]: acl }), 'eni-web', NODE, 'tcp 443 from 3000')
    expect(blocked).toEqual([`${leg} SUBNET_ACL_RESTRICTION acl-${subnet} ${direction}`])
  })

  it('crosses no NACL on the way to a target in the subnet of its node (R-NACL-16, R-LB-10)', () => {
    const near = site({ front: ['100 allow tcp 443 from 10.0.1.0/24', '100 allow tcp 1024-65535 to 10.0.1.0/24'] })
      .within('subnet-front')
      .instance('near', '10.0.2.20', { groups: ['target'] })
      .networkLoadBalancer('front', {
        nodes: { front: '10.0.2.50' },
        listeners: { 'TCP 443': { targets: ['i-near'], port: 8443 } },
      })
    expect(ask(near, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-client > acl-default-shop > rtb-app > acl-front > front > sg-target > eni-near',
      back: 'eni-near > front > acl-front > rtb-front > acl-default-shop > eni-web',
    })
  })

  it('sends the answer back by the routes of its own subnet (R-LB-10)', () => {
    const routeless = network()
      .vpc('far', '10.5.0.0/16')
      .subnet('far', '10.5.1.0/24', { routes: { '10.0.0.0/16': 'pcx-far-shop' } })
      .instance('far', '10.5.1.10')
      .peering('far', 'shop')
    expect(ask(routeless, 'eni-far', NODE, 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      back: 'eni-api > acl-back > acl-front > front > acl-front > rtb-front',
      blocked: ['return NO_ROUTE_TO_DESTINATION rtb-front'],
    })
    expect(
      ask(routeless.routeTable('front', { '10.5.0.0/16': 'pcx-far-shop' }), 'eni-far', NODE, 'tcp 443'),
    ).toMatchObject({ verdict: 'reachable' })
  })

  it('gets no answer by a NAT gateway before its target, which sends by its table to the client (R-NAT-10, R-LB-10)', () => {
    const detour = (preserveClientIp: boolean): Estate =>
      network({ to: { preserveClientIp } })
        .subnet('nat', '10.0.4.0/24', { routes: {} })
        .natGateway('detour', '10.0.4.8')
        .routeTable('front', { '10.0.3.0/24': 'nat-detour' })
    const [kept, replaced] = [true, false].map((keep) => ask(detour(keep), 'eni-web', NODE, 'tcp 443'))
    expect(kept).toMatchObject({ verdict: 'one-way', blocked: ['return REPLY_HEADER_MISMATCH eni-web'] })
    expect(replaced).toMatchObject({ verdict: 'reachable' })
  })

  it('keeps the address of clients of its own VPC in a peered one; of others no document tells (R-LB-8, R-PCX-2)', () => {
    const across = network({ to: { targets: ['10.5.1.10'], preserveClientIp: true } })
      .vpc('far', '10.5.0.0/16')
      .subnet('far', '10.5.1.0/24', { routes: { '10.0.0.0/16': 'pcx-far-shop' } })
      .securityGroup('far', ['tcp 8443 from 10.0.1.0/24', 'tcp 8443 from 10.6.0.0/16'])
      .instance('far', '10.5.1.10', { groups: ['far'] })
      .peering('far', 'shop')
      .vpc('other', '10.6.0.0/16')
      .subnet('other', '10.6.1.0/24', { routes: { '10.0.0.0/16': 'pcx-other-shop' } })
      .instance('other', '10.6.1.10')
      .peering('other', 'shop')
      .within('vpc-shop')
      .routeTable('front', { '10.5.0.0/16': 'pcx-far-shop', '10.6.0.0/16': 'pcx-other-shop' })
    expect(ask(across, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      arrivedAs: 'tcp 10.0.1.10:40000 -> 10.5.1.10:8443',
    })
    expect(ask(across, 'eni-other', NODE, HTTPS)).toMatchObject({
      verdict: 'unknown',
      unknowns: ['CLIENT_PRESERVED_OVER_PEERING front'],
    })
  })

  it('fails for a client that is itself the only target (R-LB-11)', () => {
    expect(ask(network(), 'eni-api', NODE, 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward LB_HAIRPIN front'],
    })
    expect(ask(network({ to: { preserveClientIp: false } }), 'eni-api', NODE, 'tcp 443').verdict).toBe('reachable')
  })

  it('and with others it depends on which it picks (R-LB-11)', () => {
    const two = site()
      .instance('other', '10.0.3.11', { groups: ['target'] })
      .networkLoadBalancer('front', {
        nodes: { front: '10.0.2.50' },
        listeners: { 'TCP 443': { targets: ['i-api', 'i-other'], port: 8443 } },
      })
    expect(ask(two, 'eni-api', NODE, 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      conditions: ['TARGET_CHOICE front-443'],
      blocked: ['forward LB_HAIRPIN front'],
    })
    expect(ask(two, 'eni-web', NODE, 'tcp 443')).toMatchObject({ verdict: 'reachable', conditions: [] })
  })

  it('in front of an Application Load Balancer keeps the client address up to that one (R-LB-8, R-LB-15)', () => {
    const both = site()
      .securityGroup('inner', ['tcp 8443 from 10.0.1.10/32'])
      .applicationLoadBalancer('inner', {
        nodes: { back: '10.0.3.60' },
        groups: ['inner'],
        listeners: { 'HTTP 8443': { targets: ['i-api'], port: 9000 } },
      })
      .networkLoadBalancer('front', {
        nodes: { front: '10.0.2.50' },
        listeners: { 'TCP 443': { targets: ['alb-inner'], port: 8443 } },
      })
    expect(ask(both, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-client > acl-default-shop > rtb-app > acl-front > front > acl-front > rtb-front > acl-back > ' +
        'sg-inner > inner > sg-inner > inner > sg-target > eni-api',
      arrivedAs: 'tcp 10.0.3.60:1024 -> 10.0.3.10:9000',
    })
  })
})

describe('an Application Load Balancer', () => {
  it('goes on from its own address, past its own group, with a port of 1024-65535 (R-LB-3, R-NACL-16)', () => {
    expect(ask(application(), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-client > acl-default-shop > rtb-app > acl-front > sg-balancer > front > sg-balancer > front > ' +
        'acl-front > rtb-front > acl-back > sg-target > eni-api',
      back: 'eni-api > acl-back > rtb-back > acl-front > front > acl-front > rtb-front > acl-default-shop > eni-web',
      arrivedAs: 'tcp 10.0.2.50:1024 -> 10.0.3.10:8443',
    })
  })

  it('vector 41: whose group does not let out to the target port stops on the second leg (R-LB-3)', () => {
    const closed = application().securityGroup('balancer', ['tcp 443 from 0.0.0.0/0', 'tcp 80 to 0.0.0.0/0'])
    expect(ask(closed, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-client > acl-default-shop > rtb-app > acl-front > sg-balancer > front > sg-balancer',
      blocked: ['forward ENI_SG_RULES_MISMATCH sg-balancer outbound'],
    })
  })

  it('may be named by the group of its targets, and its clients may not (R-LB-3)', () => {
    const target = (rule: GroupRule) => ask(application({}, { target: [rule] }), 'eni-web', NODE, HTTPS).verdict
    expect(target('tcp 8443 from sg-balancer')).toBe('reachable')
    expect(target('tcp 8443 from sg-client')).toBe('unreachable')
  })

  it('takes no packets but those of its listeners (R-LB-1)', () => {
    const all = application().securityGroup('balancer', ['all from 0.0.0.0/0'])
    for (const packets of ['tcp 80', 'udp 443', 'icmp'])
      expect(ask(all, 'eni-web', NODE, packets)).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward ELBV2_LISTENERS_MISMATCH front'],
      })
  })

  it('answers by itself where no target is needed: redirects, functions (R-LB-15, R-LB-16)', () => {
    const listener = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/front/front/front-443'
    const redirect = application({}, { target: [] }).with('listener', listener, {
      DefaultActions: [{ Type: 'redirect' }],
    })
    expect(ask(redirect, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-client > acl-default-shop > rtb-app > acl-front > sg-balancer > front',
    })
    const toFunction = site()
      .function('worker', { back: '10.0.3.20' })
      .applicationLoadBalancer('front', {
        nodes: { front: '10.0.2.50' },
        groups: ['balancer'],
        listeners: { 'HTTP 443': { targets: ['lambda-worker'] } },
      })
    expect(ask(toFunction, 'eni-web', NODE, HTTPS).verdict).toBe('reachable')
  })

  it('with rules reaches the groups of its rules by what is inside the request (R-LB-16)', () => {
    const arn = (path: string) => `arn:aws:elasticloadbalancing:us-east-1:111111111111:${path}`
    const ruled = application({}, { target: [] })
      .securityGroup('open', ['all from 0.0.0.0/0'])
      .within('subnet-back')
      .instance('other', '10.0.3.11', { groups: ['open'] })
      .record('targetGroup', arn('targetgroup/other/other'), {
        TargetGroupArn: arn('targetgroup/other/other'),
        TargetGroupName: 'other',
        TargetType: 'instance',
        Protocol: 'HTTP',
        Port: 9000,
        VpcId: 'vpc-shop',
        LoadBalancerArns: [arn('loadbalancer/app/front/front')],
      })
      .record('targetHealth', arn('targetgroup/other/other'), {
        TargetHealthDescriptions: [{ Target: { Id: 'i-other', Port: 9000 }, TargetHealth: { State: 'healthy' } }],
      })
      .record('listenerRule', arn('listener-rule/app/front/front/front-443/r1'), {
        RuleArn: arn('listener-rule/app/front/front/front-443/r1'),
        Actions: [{ Type: 'forward', TargetGroupArn: arn('targetgroup/other/other') }],
      })
    expect(ask(ruled, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'conditional',
      conditions: ['LISTENER_RULE_CHOICE front'],
      blocked: ['forward SG_HAS_NO_RULES sg-target inbound'],
    })
    // Not any of the group, whose targets all take it or all refuse it.
    const twice = ruled.within('subnet-back').instance('another', '10.0.3.12', { groups: ['open'] })
    const both = twice.with('targetHealth', arn('targetgroup/other/other'), {
      TargetHealthDescriptions: ['i-other', 'i-another'].map((Id) => ({
        Target: { Id, Port: 9000 },
        TargetHealth: { State: 'healthy' },
      })),
    })
    expect(ask(both, 'eni-web', NODE, HTTPS).conditions).toEqual(['LISTENER_RULE_CHOICE front'])
  })

  it('with one of them without targets depends on the request as well (R-LB-16)', () => {
    const arn = (path: string) => `arn:aws:elasticloadbalancing:us-east-1:111111111111:${path}`
    const ruled = application()
      .record('targetGroup', arn('targetgroup/empty/empty'), {
        TargetGroupArn: arn('targetgroup/empty/empty'),
        TargetGroupName: 'empty',
        TargetType: 'instance',
        Protocol: 'HTTP',
        Port: 9000,
        VpcId: 'vpc-shop',
        LoadBalancerArns: [arn('loadbalancer/app/front/front')],
      })
      .record('targetHealth', arn('targetgroup/empty/empty'), { TargetHealthDescriptions: [] })
      .record('listenerRule', arn('listener-rule/app/front/front/front-443/r1'), {
        RuleArn: arn('listener-rule/app/front/front/front-443/r1'),
        Actions: [{ Type: 'forward', TargetGroupArn: arn('targetgroup/empty/empty') }],
      })
    expect(ask(ruled, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'conditional',
      conditions: ['LISTENER_RULE_CHOICE front'],
      blocked: ['forward ELBV2_LISTENER_HAS_NO_TG front'],
    })
  })

  it('some of whose rules answer by themselves does so by what is inside the request (R-LB-16)', () => {
    const rule = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:listener-rule/app/front/front/front-443/r1'
    const ruled = (site?: Site): Estate =>
      application({}, site).record('listenerRule', rule, { RuleArn: rule, Actions: [{ Type: 'fixed-response' }] })
    expect(ask(ruled({ target: [] }), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'conditional',
      conditions: ['LISTENER_RULE_CHOICE front'],
      blocked: ['forward SG_HAS_NO_RULES sg-target inbound'],
    })
    expect(ask(ruled(), 'eni-web', NODE, HTTPS)).toMatchObject({ verdict: 'reachable', conditions: [] })
  })

  it('that asks users to sign in answers some requests and forwards the others (R-LB-16)', () => {
    const listener = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/front/front/front-443'
    const TargetGroupArn = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/front-443/front-443'
    const signingIn = (site?: Site, after = 'forward'): Estate =>
      application({}, site).with('listener', listener, {
        DefaultActions: [
          { Type: 'authenticate-oidc', Order: 1 },
          after === 'forward' ? { Type: after, Order: 2, TargetGroupArn } : { Type: after, Order: 2 },
        ],
      })
    expect(ask(signingIn(), 'eni-web', NODE, HTTPS)).toMatchObject({ verdict: 'reachable', conditions: [] })
    expect(ask(signingIn({ target: [] }), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'conditional',
      conditions: ['LISTENER_RULE_CHOICE front'],
    })
    expect(ask(signingIn(), NODE, 'eni-api', 'tcp 8443').verdict).toBe('reachable')
    expect(ask(signingIn({}, 'fixed-response'), NODE, 'eni-api', 'tcp 8443').verdict).toBe('unreachable')
  })

  it('whose default answers by itself reaches the groups of its rules by what is inside the request (R-LB-16)', () => {
    const arn = (path: string) => `arn:aws:elasticloadbalancing:us-east-1:111111111111:${path}`
    const ruled = (site?: Site): Estate =>
      application({}, site)
        .with('listener', arn('listener/app/front/front/front-443'), { DefaultActions: [{ Type: 'redirect' }] })
        .record('listenerRule', arn('listener-rule/app/front/front/front-443/r1'), {
          RuleArn: arn('listener-rule/app/front/front/front-443/r1'),
          Actions: [{ Type: 'forward', TargetGroupArn: arn('targetgroup/front-443/front-443') }],
        })
    expect(ask(ruled({ target: [] }), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'conditional',
      conditions: ['LISTENER_RULE_CHOICE front'],
    })
    expect(ask(ruled(), NODE, 'eni-api', 'tcp 8443').verdict).toBe('reachable')
  })

  it('of whose rules a first page was read may have others, unless the default rule, the last one, is on it (R-LB-16)', () => {
    const arn = (name: string) =>
      `arn:aws:elasticloadbalancing:us-east-1:111111111111:listener-rule/app/front/front/front-443/${name}`
    const target = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/front-443/front-443'
    const Actions = [{ Type: 'forward', TargetGroupArn: target }]
    // Of a last page, and so of the whole list, nobody knows.
    const firstPage = application()
      .record('listenerRule', arn('r1'), { RuleArn: arn('r1'), Priority: '1', IsDefault: false, Actions })
      .record('listenerRule', arn('r2'), { RuleArn: arn('r2'), Priority: '2', IsDefault: false, Actions })
      .losing('listenerRule', arn('r2'))
    expect(ask(firstPage, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'conditional',
      unknowns: ['LISTENER_RULES_UNKNOWN front'],
    })
    const whole = firstPage.record('listenerRule', arn('r3'), {
      RuleArn: arn('r3'),
      Priority: 'default',
      IsDefault: true,
      Actions,
    })
    expect(ask(whole, 'eni-web', NODE, HTTPS)).toMatchObject({ verdict: 'reachable', unknowns: [] })
  })

  it('whose rules nobody read may do otherwise than its default action says (R-LB-16)', () => {
    const unread = (to: Partial<TargetsOptions> = {}): Estate => application({ to }).without('listenerRule')
    expect(ask(unread(), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'conditional',
      conditions: ['LISTENER_RULE_CHOICE front'],
      unknowns: ['LISTENER_RULES_UNKNOWN front'],
    })
    expect(ask(unread({ health: { 'i-api': 'draining' } }), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'unknown',
      unknowns: ['LISTENER_RULES_UNKNOWN front'],
    })
    expect(ask(unread(), NODE, 'eni-api', 'tcp 8443').verdict).toBe('reachable')
    expect(ask(unread(), NODE, 'eni-api', 'tcp 9000')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['LISTENER_RULES_UNKNOWN front'],
    })
  })

  it('reaches targets in a peered VPC by the routes of its subnet (R-LB-17)', () => {
    const far = site()
      .vpc('far', '10.5.0.0/16')
      .subnet('far', '10.5.1.0/24', { routes: { '10.0.0.0/16': 'pcx-shop-far' } })
      .securityGroup('far', ['tcp 8443 from 10.0.2.50/32'])
      .instance('far', '10.5.1.10', { groups: ['far'] })
      .peering('shop', 'far')
      .within('vpc-shop')
      .routeTable('front', { '10.5.0.0/16': 'pcx-shop-far' })
      .applicationLoadBalancer('front', {
        nodes: { front: '10.0.2.50' },
        groups: ['balancer'],
        listeners: { 'HTTP 443': { targets: ['10.5.1.10'], port: 8443 } },
      })
    expect(ask(far, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      back:
        'eni-far > acl-default-far > rtb-far > pcx-shop-far > acl-front > front > acl-front > rtb-front > ' +
        'acl-default-shop > eni-web',
    })
  })
})

describe('a Classic Load Balancer', () => {
  it('goes from listener port to instance port, from its own address (R-LB-19, R-LB-3)', () => {
    expect(ask(classic(), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'reachable',
      arrivedAs: 'tcp 10.0.2.50:1024 -> 10.0.3.10:8443',
    })
    expect(
      ask(classic().securityGroup('balancer', ['all from 0.0.0.0/0']), 'eni-web', NODE, 'tcp 8443').blocked,
    ).toEqual(['forward ELB_LISTENERS_MISMATCH front'])
  })

  it('sends to its instances, on instance ports alone (R-LB-19)', () => {
    expect(ask(classic(), NODE, 'eni-api', 'tcp 8443').verdict).toBe('reachable')
    expect(ask(classic(), NODE, 'eni-api', 'tcp 443').blocked).toEqual(['forward ELB_LISTENER_PORT_RESTRICTION front'])
  })

  it('without instances serves nobody', () => {
    expect(ask(classic({ instances: [] }), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward ELB_HAS_NO_INSTANCES front'],
    })
  })

  describe('vector 42: with a target in the subnet of its node (R-NACL-16)', () => {
    const denying: AclRule[] = ['50 deny tcp 8443 to 0.0.0.0/0', ...OPEN]
    const near = (): Estate =>
      site({ front: denying })
        .within('subnet-front')
        .instance('near', '10.0.2.20', { groups: ['target'] })

    it('is stopped by the outbound list of that subnet', () => {
      const network = near().classicLoadBalancer('front', {
        nodes: { front: '10.0.2.50' },
        groups: ['balancer'],
        listeners: { 'TCP 443': 8443 },
        instances: ['near'],
      })
      expect(ask(network, 'eni-web', NODE, HTTPS)).toMatchObject({
        verdict: 'unreachable',
        forward: 'sg-client > acl-default-shop > rtb-app > acl-front > sg-balancer > front > sg-balancer > acl-front',
        blocked: ['forward ELB_ACL_RESTRICTION acl-front outbound'],
      })
    })

    it('and in another subnet by the same list, once, as everybody is', () => {
      expect(ask(classic({}, { front: denying }), 'eni-web', NODE, HTTPS)).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward SUBNET_ACL_RESTRICTION acl-front outbound'],
      })
      const { judged } = ask(classic(), 'eni-web', NODE, HTTPS)
      expect(judged.filter((each) => each === 'acl-front outbound tcp 10.0.2.50:1024 -> 10.0.3.10:8443')).toHaveLength(
        1,
      )
    })

    it('which an Application Load Balancer is not', () => {
      const network = near().applicationLoadBalancer('front', {
        nodes: { front: '10.0.2.50' },
        groups: ['balancer'],
        listeners: { 'HTTP 443': { targets: ['i-near'], port: 8443 } },
      })
      expect(ask(network, 'eni-web', NODE, HTTPS).verdict).toBe('reachable')
    })
  })
})

describe('zones', () => {
  /** Nodes in zones a and b, and targets in b only. */
  const zoned = (crossZone: boolean, targets: readonly string[] = ['i-remote']): Estate =>
    site()
      .subnet('front-b', '10.0.4.0/24', { zone: 'b', routes: {} })
      .subnet('back-b', '10.0.5.0/24', { zone: 'b', routes: {} })
      .instance('remote', '10.0.5.10', { groups: ['target'] })
      .networkLoadBalancer('front', {
        nodes: { front: '10.0.2.50', 'front-b': '10.0.4.50' },
        listeners: { 'TCP 443': { targets, port: 8443 } },
        crossZone,
      })

  it('vector 43: a node without targets in its zone serves nobody, and the load balancer as a whole does (R-LB-12)', () => {
    expect(ask(zoned(false), 'eni-web', NODE, 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward ELBV2_NO_TARGETS_IN_AZ front'],
    })
    const whole = ask(zoned(false), 'eni-web', 'lb:front', 'tcp 443')
    expect(whole).toMatchObject({ verdict: 'reachable', blocked: ['forward ELBV2_NO_TARGETS_IN_AZ front'] })
    expect(whole.result.flows.map(({ to, verdict }) => [to, verdict])).toEqual([[['eni-front-front-b'], 'reachable']])
  })

  it('vector 43: with cross-zone balancing every node serves (R-LB-12)', () => {
    const whole = ask(zoned(true), 'eni-web', 'lb:front', 'tcp 443')
    expect(whole).toMatchObject({ verdict: 'reachable', blocked: [] })
    expect(whole.result.flows.map(({ to }) => to)).toEqual([['eni-front-front', 'eni-front-front-b']])
  })

  it('of a target group may differ from those of the load balancer (R-LB-12)', () => {
    const crossing = zoned(false).with(
      'targetGroupAttributes',
      'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/front-443/front-443',
      { Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }] },
    )
    expect(ask(crossing, 'eni-web', NODE, 'tcp 443').verdict).toBe('reachable')
  })

  it('without cross-zone balancing keep a node to the targets of its own (R-LB-12)', () => {
    expect(ask(zoned(false), NODE, 'eni-remote', 'tcp 8443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward ELB_NOT_CROSSZONE front'],
    })
    expect(ask(zoned(false), 'eni-front-front-b', 'eni-remote', 'tcp 8443').verdict).toBe('reachable')
    expect(ask(zoned(true), NODE, 'eni-remote', 'tcp 8443').verdict).toBe('reachable')
  })

  describe('that targets by address are registered in', () => {
    const group = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/front-443/front-443'
    const inZone = (Id: string, AvailabilityZone: string, of = zoned(false, [Id])): Estate =>
      of.with('targetHealth', group, {
        TargetHealthDescriptions: [
          { Target: { Id, Port: 8443, AvailabilityZone }, TargetHealth: { State: 'healthy' } },
        ],
      })
    const far = (of: Estate): Estate =>
      of
        .vpc('far', '10.5.0.0/16')
        .subnet('far', '10.5.1.0/24', { routes: { '10.0.0.0/16': 'pcx-shop-far' } })
        .securityGroup('far', ['tcp 8443 from 10.0.0.0/16'])
        .instance('far', '10.5.1.10', { groups: ['far'] })
        .peering('shop', 'far')
        .within('vpc-shop')
        .routeTable('front', { '10.5.0.0/16': 'pcx-shop-far' })
        .routeTable('front-b', { '10.5.0.0/16': 'pcx-shop-far' })
    const verdicts = (asked: Estate) =>
      [NODE, 'eni-front-front-b'].map((node) => ask(asked, 'eni-web', node, 'tcp 443').verdict)

    it('are all of the load balancer for `all`, wherever its subnet is (R-LB-12)', () => {
      expect(verdicts(inZone('10.0.5.10', 'us-east-1b'))).toEqual(['unreachable', 'reachable'])
      expect(verdicts(inZone('10.0.5.10', 'all'))).toEqual(['reachable', 'reachable'])
      expect(ask(inZone('10.0.5.10', 'all'), NODE, 'eni-remote', 'tcp 8443').verdict).toBe('reachable')
    })

    it('are told of one outside the VPC, which only their nodes use (R-LB-12)', () => {
      expect(verdicts(far(inZone('10.5.1.10', 'us-east-1b')))).toEqual(['unreachable', 'reachable'])
      expect(verdicts(far(inZone('10.5.1.10', 'all')))).toEqual(['reachable', 'reachable'])
      expect(ask(far(inZone('10.5.1.10', 'us-east-1b')), NODE, 'eni-far', 'tcp 8443')).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward ELB_NOT_CROSSZONE front'],
      })
      expect(verdicts(far(inZone('10.5.1.10', 'us-east-1b', zoned(true, ['10.5.1.10']))))).toEqual([
        'reachable',
        'reachable',
      ])
    })

    it('get nothing where the load balancer has no nodes (R-LB-13)', () => {
      expect(ask(far(inZone('10.5.1.10', 'us-east-1c')), 'eni-web', NODE, 'tcp 443')).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward ELB_INSTALLED_AZ_RESTRICTION front'],
      })
    })

    it('do not matter to an Application Load Balancer that crosses zones, for one outside the VPC (R-LB-12)', () => {
      const application = (crossZone: boolean): Estate =>
        site()
          .subnet('front-b', '10.0.4.0/24', { zone: 'b', routes: {} })
          .applicationLoadBalancer('front', {
            nodes: { front: '10.0.2.50', 'front-b': '10.0.4.50' },
            groups: ['balancer'],
            listeners: { 'HTTP 443': { targets: ['10.5.1.10'], port: 8443, crossZone } },
          })
      const asked = (crossZone: boolean, zone: string) =>
        verdicts(far(inZone('10.5.1.10', zone, application(crossZone))))
      expect(asked(true, 'us-east-1c')).toEqual(['reachable', 'reachable'])
      expect(asked(false, 'us-east-1b')).toEqual(['unreachable', 'reachable'])
    })
  })

  describe('that the load balancer is not enabled in', () => {
    const remote = site()
      .subnet('back-c', '10.0.6.0/24', { zone: 'c', routes: {} })
      .instance('remote', '10.0.6.10', {
        groups: ['target'],
      })
    const balancers = {
      network: (targets: readonly string[], health: Readonly<Record<string, string>> = {}) =>
        remote.networkLoadBalancer('front', {
          nodes: { front: '10.0.2.50' },
          listeners: { 'TCP 443': { targets, port: 8443, health } },
          crossZone: true,
        }),
      application: (targets: readonly string[]) =>
        remote.applicationLoadBalancer('front', {
          nodes: { front: '10.0.2.50' },
          groups: ['balancer'],
          listeners: { 'HTTP 443': { targets, port: 8443 } },
        }),
      classic: (targets: readonly string[]) =>
        remote.classicLoadBalancer('front', {
          nodes: { front: '10.0.2.50' },
          groups: ['balancer'],
          listeners: { 'TCP 443': 8443 },
          instances: targets.map((target) => target.slice('i-'.length)),
          crossZone: true,
        }),
    }

    it.each(['network', 'application', 'classic'] as const)('get nothing of one that is %s (R-LB-13)', (kind) => {
      for (const [from, to, packets] of [
        ['eni-web', NODE, HTTPS],
        [NODE, 'eni-remote', 'tcp 8443'],
      ] as const)
        expect(ask(balancers[kind](['i-remote']), from, to, packets)).toMatchObject({
          verdict: 'unreachable',
          blocked: ['forward ELB_INSTALLED_AZ_RESTRICTION front'],
        })
      const beside = balancers[kind](['i-remote', 'i-api'])
      expect(ask(beside, 'eni-web', NODE, HTTPS)).toMatchObject({ verdict: 'reachable', conditions: [] })
    })

    it('say so of a target that AWS for that reason calls unused', () => {
      const unused = balancers.network(['i-remote'], { 'i-remote': 'unused' })
      expect(ask(unused, 'eni-web', NODE, HTTPS).blocked).toEqual(['forward ELB_INSTALLED_AZ_RESTRICTION front'])
    })
  })

  it('are those of its subnets, also where one of these was not read (R-LB-13)', () => {
    const lacking = zoned(true).losing('subnet', 'subnet-front-b')
    expect(ask(lacking, 'eni-web', NODE, 'tcp 443').verdict).toBe('reachable')
    const arn = lacking.snapshot().resources.find(({ kind }) => kind === 'loadBalancer')!.id
    const unnamed = lacking.with('loadBalancer', arn, {
      AvailabilityZones: [{ SubnetId: 'subnet-front' }, { SubnetId: 'subnet-front-b' }],
    })
    expect(ask(unnamed, 'eni-web', NODE, 'tcp 443').verdict).toBe('unknown')
  })

  it('not read are taken as AWS sets them up, and the answer says so (R-LB-12)', () => {
    const unread = zoned(false).without('loadBalancerAttributes', 'targetGroupAttributes')
    expect(ask(unread, 'eni-web', NODE, 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      assumptions: ['R-LB-12', 'R-LB-7'],
    })
    for (const kind of ['loadBalancerAttributes', 'targetGroupAttributes'] as const)
      expect(ask(application().without(kind), 'eni-web', NODE, HTTPS)).toMatchObject({
        verdict: 'reachable',
        assumptions: ['R-LB-12'],
      })
  })
})

describe('the health of targets (R-LB-14)', () => {
  const two = (health: Readonly<Record<string, string>>): Estate =>
    site({ target: ['tcp 8443 from 10.0.2.50/32'] })
      .securityGroup('closed', [])
      .instance('closed', '10.0.3.11', { groups: ['closed'] })
      .applicationLoadBalancer('front', {
        nodes: { front: '10.0.2.50' },
        groups: ['balancer'],
        listeners: { 'HTTP 443': { targets: ['i-api', 'i-closed'], port: 8443, health } },
      })

  it.each([
    [{ 'i-api': 'healthy', 'i-closed': 'healthy' }, 'conditional'],
    [{ 'i-api': 'healthy', 'i-closed': 'unhealthy' }, 'reachable'],
    [{ 'i-api': 'healthy', 'i-closed': 'initial' }, 'reachable'],
    [{ 'i-api': 'unhealthy', 'i-closed': 'healthy' }, 'unreachable'],
    [{ 'i-api': 'unhealthy', 'i-closed': 'unhealthy' }, 'conditional'],
    [{ 'i-api': 'unhealthy', 'i-closed': 'draining' }, 'reachable'],
    [{ 'i-api': 'unused', 'i-closed': 'draining' }, 'unreachable'],
  ])('%j: %s', (health, verdict) => {
    expect(ask(two(health), 'eni-web', NODE, HTTPS).verdict).toBe(verdict)
  })

  it('does not stop the only target', () => {
    expect(ask(network({ to: { health: { 'i-api': 'unhealthy' } } }), 'eni-web', NODE, HTTPS).verdict).toBe('reachable')
  })

  it('that nobody read leaves it unknown', () => {
    expect(ask(network().without('targetHealth'), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'unknown',
      unknowns: ['TARGETS_UNKNOWN front-443'],
    })
  })
})

describe('a target group', () => {
  it('has its targets by address in the VPC whose they are, also where that was not read (R-LB-9)', () => {
    const back = ['100 allow all from 10.0.1.10/32', '100 allow all to 0.0.0.0/0'] as const
    const byAddress = network({ to: { targets: ['10.0.3.10'], preserveClientIp: true } }, { back })
    expect(ask(byAddress, 'eni-web', NODE, HTTPS).verdict).toBe('reachable')
    expect(ask(byAddress.losing('networkInterface', 'eni-api'), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'unknown',
      unknowns: ['INTERFACES_UNKNOWN subnet-back'],
    })
  })

  const empty = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/front-443/front-443'

  it.each([
    ['an empty list', []],
    ['no list, as snapshots leave empty ones out', undefined],
  ])('with %s of targets was read, and has none (R-LB-14)', (_, TargetHealthDescriptions) => {
    const none = application().with('targetHealth', empty, { TargetHealthDescriptions })
    expect(ask(none, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward ELBV2_LISTENER_HAS_NO_TG front'],
    })
  })

  it('whose targets all rest takes nothing (R-LB-14)', () => {
    const draining = application({ to: { health: { 'i-api': 'draining' } } })
    expect(ask(draining, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward ELBV2_LISTENER_REQUIRES_TG_ACCEPT front'],
    })
  })
})

describe('a load balancer', () => {
  it('faces the internet by the public addresses and routes of its nodes (R-LB-2)', () => {
    const facing = (routes: 'routed' | 'routeless'): Estate =>
      estate()
        .vpc('shop', '10.0.0.0/16')
        .internetGateway('shop')
        .securityGroup('balancer', ['tcp 443 from 0.0.0.0/0'])
        .securityGroup('target', ['tcp 8443 from sg-balancer'])
        .subnet('front', '10.0.2.0/24', { routes: routes === 'routed' ? { '0.0.0.0/0': 'igw-shop' } : {} })
        .subnet('back', '10.0.3.0/24', { routes: {} })
        .instance('api', '10.0.3.10', { groups: ['target'] })
        .applicationLoadBalancer('front', {
          scheme: 'internet-facing',
          nodes: { front: '10.0.2.50' },
          publicIps: { front: '54.10.0.50' },
          groups: ['balancer'],
          listeners: { 'HTTPS 443': { targets: ['i-api'], port: 8443 } },
        })
    expect(ask(facing('routed'), '8.8.8.8', NODE, 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward:
        'igw-shop > acl-default-shop > sg-balancer > front > sg-balancer > front > acl-default-shop > rtb-front > ' +
        'acl-default-shop > sg-target > eni-api',
      back:
        'eni-api > acl-default-shop > rtb-back > acl-default-shop > front > acl-default-shop > rtb-front > ' +
        'igw-shop > internet',
    })
    expect(ask(facing('routeless'), '8.8.8.8', NODE, 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return NO_ROUTE_TO_DESTINATION rtb-front'],
    })
    expect(ask(facing('routed'), '8.8.8.8', 'eni-api', 'tcp 8443').verdict).toBe('unreachable')
  })

  it('keeps the client address for the internet too, so that targets opened to it must admit all of it (R-LB-9)', () => {
    const facing = (rule: GroupRule): Estate =>
      estate()
        .vpc('shop', '10.0.0.0/16')
        .internetGateway('shop')
        .securityGroup('target', [rule])
        .subnet('front', '10.0.2.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
        .subnet('back', '10.0.3.0/24', { routes: {} })
        .instance('api', '10.0.3.10', { groups: ['target'] })
        .networkLoadBalancer('front', {
          scheme: 'internet-facing',
          nodes: { front: '10.0.2.50' },
          publicIps: { front: '54.10.0.50' },
          listeners: { 'TCP 443': { targets: ['i-api'], port: 8443 } },
        })
    expect(ask(facing('tcp 8443 from 8.8.0.0/16'), '8.8.8.8', NODE, 'tcp 443').verdict).toBe('reachable')
    expect(ask(facing('tcp 8443 from 8.8.0.0/16'), '9.9.9.9', NODE, 'tcp 443').verdict).toBe('unreachable')
    expect(ask(facing('tcp 8443 from 8.8.0.0/16'), '8.8.8.8', NODE, 'tcp 443').back).toBe(
      'eni-api > acl-default-shop > front > acl-default-shop > rtb-front > igw-shop > internet',
    )
  })

  it.each([
    ['internal', undefined, 'unreachable'],
    ['internal', 'true', 'unreachable'],
    ['internal', 'false', 'reachable'],
    ['internet-facing', undefined, 'reachable'],
    ['internet-facing', 'true', 'unreachable'],
  ] as const)(
    'that is %s and denies internet gateways its IPv6 (%s) is %s from the internet (R-LB-18)',
    (scheme, denies, verdict) => {
      const arn = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/app/front/front'
      const dualstack = estate()
        .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
        .internetGateway('shop')
        .securityGroup('open', ['all from 0.0.0.0/0', 'all from ::/0'])
        .subnet('front', ['10.0.2.0/24', '2600:1f18:1:2::/64'], { routes: { '::/0': 'igw-shop' } })
        .instance('api', '10.0.2.10', { groups: ['open'] })
        .applicationLoadBalancer('front', {
          scheme,
          nodes: { front: ['10.0.2.50', '2600:1f18:1:2::50'] },
          groups: ['open'],
          listeners: { 'HTTPS 443': { targets: ['i-api'], port: 8443 } },
        })
        .with('loadBalancerAttributes', arn, {
          Attributes: denies === undefined ? [] : [{ Key: 'ipv6.deny_all_igw_traffic', Value: denies }],
        })
      expect(ask(dualstack, '2606:4700::1111', NODE, 'tcp 443').verdict).toBe(verdict)
      expect(ask(dualstack, 'eni-api', NODE, 'tcp 443').verdict).toBe('reachable')
    },
  )

  it('goes on to its targets on their ports, and to nobody else (R-LB-13)', () => {
    expect(ask(application(), NODE, 'eni-api', 'tcp 8443').verdict).toBe('reachable')
    expect(ask(application(), NODE, 'eni-api', 'tcp 443').blocked).toEqual(['forward TARGET_PORT_RESTRICTION front'])
    expect(ask(application(), NODE, 'eni-web', 'tcp 8443').blocked).toContain(
      'forward TARGET_ADDRESS_RESTRICTION front',
    )
  })

  it.each([
    ['active', 'reachable'],
    ['active_impaired', 'reachable'],
    ['provisioning', 'unreachable'],
    ['failed', 'unreachable'],
  ])('that is %s is %s (R-LB-21)', (Code, verdict) => {
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/app/front/front'
    const answer = ask(application().with('loadBalancer', arn, { State: { Code } }), 'eni-web', NODE, HTTPS)
    expect(answer.verdict).toBe(verdict)
    expect(answer.assumptions).toEqual(verdict === 'reachable' ? [] : ['R-LB-21'])
  })

  it('that failed sends to nobody either (R-LB-21)', () => {
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/app/front/front'
    const failed = application().with('loadBalancer', arn, { State: { Code: 'failed' } })
    expect(ask(failed, NODE, 'eni-api', 'tcp 8443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward BAD_STATE front'],
      assumptions: ['R-LB-21'],
    })
  })

  it('does not serve by a node in a subnet that it is not enabled in (R-LB-21)', () => {
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/app/front/front'
    const left = application().with('loadBalancer', arn, {
      AvailabilityZones: [{ ZoneName: 'us-east-1a', SubnetId: 'subnet-back' }],
    })
    expect(ask(left, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward BAD_STATE front'],
      assumptions: ['R-LB-21'],
    })
  })

  it('whose listeners or record nobody read leaves it unknown (R-LB-1)', () => {
    expect(ask(application().without('listener'), 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'unknown',
      unknowns: ['LISTENERS_UNKNOWN front'],
    })
    expect(ask(application().without('loadBalancer'), 'eni-web', NODE, HTTPS).verdict).toBe('unknown')
  })

  it('of another account than its VPC has listeners that only its own account shows (R-SHARE-1)', () => {
    const { resources, ...rest } = application().snapshot()
    const participant = '222222222222'
    const shared = resources
      .filter(({ kind }) => kind !== 'listener')
      .map((each) => (each.kind === 'loadBalancer' ? { ...each, account: participant } : each))
    expect(ask({ snapshot: () => ({ ...rest, resources: shared }) }, 'eni-web', NODE, HTTPS)).toMatchObject({
      verdict: 'unknown',
      unknowns: ['LISTENERS_UNKNOWN front'],
    })
  })

  it('behind Block Public Access is reached at the nodes of excluded subnets (R-LB-20)', () => {
    const facing = site()
      .within('vpc-shop')
      .internetGateway('shop')
      .routeTable('front', { '0.0.0.0/0': 'igw-shop' })
      .subnet('front-2', '10.0.4.0/24', { table: 'front' })
      .applicationLoadBalancer('front', {
        scheme: 'internet-facing',
        nodes: { front: '10.0.2.50', 'front-2': '10.0.4.50' },
        publicIps: { front: '54.10.0.50', 'front-2': '54.10.0.51' },
        groups: ['balancer'],
        listeners: { 'HTTPS 443': { targets: ['i-api'], port: 8443 } },
      })
      .blockPublicAccess('block-bidirectional', { 'subnet-front-2': 'allow-bidirectional' })
    expect(ask(facing, '8.8.8.8', NODE, 'tcp 443').verdict).toBe('unreachable')
    expect(ask(facing, '8.8.8.8', 'eni-front-front-2', 'tcp 443').verdict).toBe('reachable')
  })

  it('of the Gateway kind is not one that packets are sent to', () => {
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/front/front'
    const answer = ask(network().with('loadBalancer', arn, { Type: 'gateway' }), 'eni-web', NODE, HTTPS)
    expect(answer).toMatchObject({ verdict: 'unknown', unknowns: ['UNMODELLED_TARGET front'] })
  })
})
