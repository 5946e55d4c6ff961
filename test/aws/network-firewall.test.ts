/** Facts about AWS Network Firewall: what its two engines pass and drop going by the header, what more than a header decides, and what
 *  nobody can tell. */
import { describe, expect, it } from 'vitest'
import type { FirewallOptions } from '../build/network-firewall.ts'
import { type Estate, estate } from '../build.ts'
import { ask } from './ask.ts'

/** Two subnets that reach each other through a firewall in a third. */
const shop = (options: FirewallOptions = {}, back = true): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24', { routes: { '10.0.2.0/24': 'vpce-wall' } })
    .instance('web', '10.0.1.10', { groups: ['any'] })
    .subnet('db', '10.0.2.0/24', { routes: back ? { '10.0.1.0/24': 'vpce-wall' } : {} })
    .instance('db', '10.0.2.20', { groups: ['any'] })
    .subnet('wall', '10.0.9.0/28', { routes: {} })
    .networkFirewall('wall', '10.0.9.5', options)

/** The same to the internet, inspected both ways. */
const edge = (options: FirewallOptions = {}): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .internetGateway('shop')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .routeTable('edge', { '10.0.1.0/24': 'vpce-wall' }, 'igw-shop')
    .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'vpce-wall' } })
    .instance('web', '10.0.1.10', { groups: ['any'], publicIp: '54.10.0.1' })
    .subnet('wall', '10.0.9.0/28', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .networkFirewall('wall', '10.0.9.5', options)

const toDb = (options: FirewallOptions, packets = 'tcp 443') => ask(shop(options), 'eni-web', 'eni-db', packets)
const out = (options: FirewallOptions, packets = 'tcp 443') => ask(edge(options), 'eni-web', '8.8.8.8', packets)
const verdicts = (options: FirewallOptions, ...packets: readonly string[]) =>
  packets.map((each) => toDb(options, each).verdict)

describe('a firewall on the way', () => {
  it('vector 47: in default order passes what no rule takes, and changes nothing about it (R-NFW-5, R-GWLB-1)', () => {
    expect(toDb({}, 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-any > acl-default-shop > rtb-app > acl-default-shop > vpce-wall > acl-default-shop > rtb-wall > ' +
        'acl-default-shop > sg-any > eni-db',
      conditions: [],
      assumptions: ['R-NACL-17'],
      arrivedAs: 'tcp 10.0.1.10:40000 -> 10.0.2.20:443',
    })
    expect(out({}).verdict).toBe('reachable')
  })

  it('vector 46: in strict order leaves a domain list to decide, and drops what is no TCP (R-NFW-6, R-NFW-7, R-NFW-10)', () => {
    const strict: FirewallOptions = { strict: ['drop_established'], stateful: [{ domains: ['.example.com'] }] }
    expect(out(strict)).toMatchObject({
      verdict: 'conditional',
      conditions: ['FIREWALL_UNSUPPORTED_HIGHER_PRIORITY_RULE_GROUP_TYPE wall-1'],
    })
    expect(out(strict, 'udp 53')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward FIREWALL_RULES_RESTRICTION wall'],
      assumptions: ['R-NACL-17', 'R-NFW-7'],
    })
  })

  it('loses the identity that a security group reference needs (R-SG-11)', () => {
    const referring = shop()
      .securityGroup('peers', ['all from sg-peers'])
      .with('networkInterface', 'eni-web', { Groups: [{ GroupId: 'sg-peers' }] })
      .with('networkInterface', 'eni-db', { Groups: [{ GroupId: 'sg-peers' }] })
    expect(ask(referring, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('unreachable')
  })

  it('must see both directions (R-NFW-12, R-FLOW-11)', () => {
    expect(ask(shop({}, false), 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return ASYMMETRIC_INSPECTION vpce-wall'],
    })
  })

  it('is known by its endpoint, or by the tags of one that is not in its own record (R-NFW-1)', () => {
    const dropping = shop({ otherwise: 'drop' })
    const arn = 'arn:aws:network-firewall:us-east-1:111111111111:firewall/wall'
    const status = { Status: 'READY', SyncStates: {} }
    const elsewhere = dropping.with('networkFirewall', arn, { FirewallStatus: status })
    const tagged = elsewhere.with('vpcEndpoint', 'vpce-wall', {
      Tags: [
        { Key: 'AWSNetworkFirewallManaged', Value: 'true' },
        { Key: 'Firewall', Value: arn },
      ],
    })
    expect(ask(dropping, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('unreachable')
    expect(ask(elsewhere, 'eni-web', 'eni-db', 'tcp 443').conditions).toEqual([
      'PATH_THROUGH_GWLB_NOT_CHECKED vpce-wall',
    ])
    expect(ask(tagged, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('unreachable')
  })

  it('whose endpoint failed drops (R-NFW-1, R-FLOW-10)', () => {
    const arn = 'arn:aws:network-firewall:us-east-1:111111111111:firewall/wall'
    const attached = (Status: string) =>
      shop().with('networkFirewall', arn, {
        FirewallStatus: { SyncStates: { 'us-east-1a': { Attachment: { EndpointId: 'vpce-wall', Status } } } },
      })
    expect(ask(attached('FAILED'), 'eni-web', 'eni-db', 'tcp 443').blocked).toContain('forward BAD_STATE vpce-wall')
    expect(ask(attached('CREATING'), 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('unknown')
    expect(ask(attached('SCALING'), 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('reachable')
  })

  it('of which policy or rules were not read is unknown (R-NFW-11)', () => {
    for (const kind of ['networkFirewallPolicy', 'networkFirewallRuleGroup'] as const) {
      const network = shop({ stateful: ['pass ip any any -> any any (sid:1;)'] }).without(kind)
      expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('unknown')
    }
  })

  it('that replaces the source is not followed (R-NFW-13)', () => {
    const arn = 'arn:aws:network-firewall:us-east-1:111111111111:firewall/wall'
    const proxy = shop().with('networkFirewall', arn, { NoSourcePreservation: true })
    expect(ask(proxy, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('unknown')
  })

  it('that looks into TLS says so, and drops nothing by that (R-NFW-15)', () => {
    expect(toDb({ decrypts: true })).toMatchObject({
      verdict: 'reachable',
      assumptions: ['R-NACL-17', 'R-NFW-15'],
    })
  })
})

describe('Block Public Access, where a firewall is on the way to the internet', () => {
  const blocked = (
    mode: 'block-bidirectional' | 'block-ingress',
    exclusions: Parameters<Estate['blockPublicAccess']>[1],
  ) => ask(edge().blockPublicAccess(mode, exclusions), 'eni-web', '8.8.8.8', 'tcp 443')
  const subnets = { 'subnet-app': 'allow-bidirectional', 'subnet-wall': 'allow-bidirectional' } as const

  it('is not lifted by an exclusion of subnets, whatever they are (R-NFW-14)', () => {
    for (const mode of ['block-bidirectional', 'block-ingress'] as const)
      expect(blocked(mode, subnets)).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward VPC_BLOCK_PUBLIC_ACCESS_ENABLED vpc-shop outbound'],
        assumptions: ['R-NACL-17', 'R-NFW-14'],
      })
    expect(blocked('block-bidirectional', { 'subnet-app': 'allow-egress' }).verdict).toBe('unreachable')
  })

  it('is lifted by an exclusion of the VPC (R-NFW-14)', () => {
    expect(blocked('block-bidirectional', { 'vpc-shop': 'allow-bidirectional' }).verdict).toBe('reachable')
    expect(blocked('block-bidirectional', { 'vpc-shop': 'allow-egress' }).verdict).toBe('reachable')
    expect(blocked('block-ingress', { 'vpc-shop': 'allow-bidirectional' }).verdict).toBe('reachable')
  })

  it('is lifted for what stands beside the firewall and does not pass it (R-BPA-5)', () => {
    const network = edge()
      .instance('beside', '10.0.9.10', { groups: ['any'], publicIp: '54.10.0.3' })
      .blockPublicAccess('block-bidirectional', subnets)
    expect(ask(network, 'eni-beside', '8.8.8.8', 'tcp 443')).toMatchObject({ verdict: 'reachable', assumptions: [] })
  })

  it('is lifted for a subnet that no firewall stands before (R-BPA-4)', () => {
    const network = edge()
      .subnet('open', '10.0.3.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('open', '10.0.3.10', { groups: ['any'], publicIp: '54.10.0.3' })
      .blockPublicAccess('block-bidirectional', { 'subnet-open': 'allow-bidirectional' })
    expect(ask(network, 'eni-open', '8.8.8.8', 'tcp 443').verdict).toBe('reachable')
  })
})

describe('the stateless engine', () => {
  it('goes by its default where no rule matches (R-NFW-2)', () => {
    expect(toDb({ otherwise: 'pass', strict: ['drop_strict'] }).verdict).toBe('reachable')
    expect(toDb({ otherwise: 'drop' })).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward FIREWALL_RULES_RESTRICTION wall', 'return FIREWALL_RULES_RESTRICTION wall'],
    })
  })

  it('takes the first rule that matches, whatever its place in the list (R-NFW-2)', () => {
    const rules = ['20 forward_to_sfe tcp any any -> any 443', '10 drop ip 10.0.1.0/24 any -> 10.0.2.0/24 any']
    expect(toDb({ stateless: rules }).result.blocked[0]).toMatchObject({
      code: 'FIREWALL_RULES_RESTRICTION',
      name: 'wall-stateless',
      rule: 'priority 10: aws:drop',
    })
    expect(toDb({ stateless: ['5 forward_to_sfe tcp any any -> any 443', ...rules] }).verdict).toBe('reachable')
  })

  it('judges answers by themselves: both directions need a rule (R-NFW-2)', () => {
    const request = '10 pass tcp 10.0.1.0/24 any -> 10.0.2.0/24 443'
    const answer = '20 pass tcp 10.0.2.0/24 443 -> 10.0.1.0/24 any'
    expect(toDb({ otherwise: 'drop', stateless: [request] })).toMatchObject({
      verdict: 'one-way',
      blocked: ['return FIREWALL_RULES_RESTRICTION wall'],
    })
    expect(toDb({ otherwise: 'drop', stateless: [request, answer] }).verdict).toBe('reachable')
    expect(verdicts({ otherwise: 'drop', stateless: [request, answer] }, 'tcp 22', 'udp 443')).toEqual([
      'unreachable',
      'unreachable',
    ])
  })

  it('tells packets apart by their source port (R-NFW-3)', () => {
    const low = { stateless: ['10 drop tcp any 0:1023 -> any any'] }
    expect(verdicts(low, 'tcp 2049 from 700', 'tcp 2049 from 40000', 'udp 2049 from 700')).toEqual([
      'unreachable',
      'reachable',
      'reachable',
    ])
  })

  it('does not forward an answer for good whose request it passed by itself (R-NFW-2)', () => {
    expect(toDb({ stateless: ['10 pass tcp any any -> any 443'] })).toMatchObject({
      verdict: 'conditional',
      conditions: ['FIREWALL_SEES_ANSWERS_ONLY wall'],
    })
    expect(toDb({ stateless: ['10 pass tcp any any -> any 443'] }, 'tcp 22').verdict).toBe('reachable')
  })

  it('may ask for flags: a connection opens with SYN and is answered with SYN and ACK, then ACK (R-NFW-3)', () => {
    const noOpening = '10 drop tcp 10.0.1.0/24 any -> any any with SYN of SYN,ACK'
    expect(toDb({ stateless: [noOpening] }).verdict).toBe('unreachable')
    expect(ask(shop({ stateless: [noOpening] }), 'eni-db', 'eni-web', 'tcp 443').verdict).toBe('reachable')
    const noAnswer = '10 drop tcp any any -> any any with SYN,ACK of SYN,ACK'
    expect(toDb({ stateless: [noAnswer] }).conditions).toEqual(['FIREWALL_UNSUPPORTED_RULE_OPTIONS wall-stateless'])
    const established = '20 drop tcp any any -> any any with ACK of SYN,ACK'
    expect(toDb({ stateless: [noAnswer, established] })).toMatchObject({
      verdict: 'one-way',
      blocked: ['return FIREWALL_RULES_RESTRICTION wall-stateless'],
    })
  })
})

describe('the stateful engine in default order', () => {
  it('asks what passes before what drops, whatever comes first (R-NFW-5)', () => {
    const group = ['drop ip any any -> any any (sid:1;)', 'pass tcp any any -> any 443 (sid:2;)']
    expect(verdicts({ stateful: group }, 'tcp 443', 'tcp 22', 'icmp')).toEqual([
      'reachable',
      'unreachable',
      'unreachable',
    ])
    expect(toDb({ stateful: [group.join('\n')] }).verdict).toBe('reachable')
  })

  it('drops by a rule that it names, and by one that rejects; an alert ends nothing (R-NFW-8)', () => {
    const rules = ['alert tcp any any -> any 443', 'reject tcp 10.0.1.0/24 any -> any 443']
    expect(toDb({ stateful: [{ rules }] }).result.blocked).toMatchObject([
      { name: 'wall-1', rule: 'sid 2: reject tcp 10.0.1.0/24 any -> any 443' },
    ])
    expect(toDb({ stateful: [{ rules: rules.slice(0, 1) }] }).verdict).toBe('reachable')
  })

  it('judges the request, and lets the answer come back (R-NFW-12)', () => {
    const rules = ['drop tcp 10.0.2.0/24 any -> any any']
    expect(toDb({ stateful: [{ rules }] }).verdict).toBe('reachable')
    expect(ask(shop({ stateful: [{ rules }] }), 'eni-db', 'eni-web', 'tcp 443').verdict).toBe('unreachable')
  })

  it('takes both directions where a rule says so (R-NFW-8)', () => {
    const both = shop({ stateful: [{ rules: ['drop tcp 10.0.1.0/24 any <> 10.0.2.0/24 443'] }] })
    expect(ask(both, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('unreachable')
    expect(ask(both, 'eni-db', 'eni-web', 'tcp 22 from 443').verdict).toBe('unreachable')
    expect(ask(both, 'eni-db', 'eni-web', 'tcp 443 from 40000').verdict).toBe('reachable')
  })

  it('reads lists, ranges and negations (R-NFW-8)', () => {
    const rules = ['drop tcp [10.0.0.0/16,!10.0.3.0/24] any -> !10.0.3.0/24 [80,8000:8999,!8080]']
    expect(verdicts({ stateful: [{ rules }] }, 'tcp 80', 'tcp 8443', 'tcp 8080', 'tcp 443')).toEqual([
      'unreachable',
      'unreachable',
      'reachable',
      'reachable',
    ])
  })
})

describe('the stateful engine in strict order', () => {
  it('asks groups by priority and rules as they are written (R-NFW-6)', () => {
    const [drop, pass] = ['drop tcp any any -> any any (sid:1;)', 'pass tcp any any -> any 443 (sid:2;)']
    expect(toDb({ strict: [], stateful: [drop, pass] }).verdict).toBe('unreachable')
    expect(toDb({ strict: [], stateful: [`${pass}\n${drop}`] }).verdict).toBe('reachable')
  })

  it('drops the rest, or passes it where it only alerts (R-NFW-6)', () => {
    expect(verdicts({ strict: ['drop_strict'] }, 'tcp 443', 'udp 53', 'icmp')).toEqual(Array(3).fill('unreachable'))
    expect(verdicts({ strict: ['alert_strict'] }, 'tcp 443', 'udp 53')).toEqual(['reachable', 'reachable'])
    expect(toDb({ strict: ['drop_something'] }).verdict).toBe('unknown')
  })

  it('drops established connections: of TCP it depends on the content (R-NFW-7)', () => {
    for (const action of ['drop_established', 'drop_established_app_layer', 'drop_established_app_layer_to_server'])
      expect(verdicts({ strict: [action] }, 'tcp 443', 'udp 53', 'icmp')).toEqual([
        'conditional',
        'unreachable',
        'unreachable',
      ])
    const passing = { strict: ['drop_established'], stateful: ['pass tcp any any -> any 443 (sid:1;)'] }
    expect(verdicts(passing, 'tcp 443', 'tcp 22')).toEqual(['reachable', 'conditional'])
  })
})

describe('a rule with options', () => {
  const passing = (options: string): FirewallOptions => ({
    strict: ['drop_strict'],
    stateful: [`pass tcp any any -> any 443 (${options})`],
  })

  it('is one of addresses and ports if they only describe it, or ask for what comes from the client (R-NFW-9)', () => {
    const plain = 'flow:to_server,established; msg:"a; b"; metadata:x y; classtype:z; priority:1; sid:1; rev:2;'
    expect(toDb(passing(plain)).verdict).toBe('reachable')
  })

  it('in fields may have each all in one keyword, as AWS keeps it (R-NFW-9)', () => {
    const withOption = (option: string): FirewallOptions => ({
      strict: ['drop_strict'],
      stateful: [{ rules: ['pass tcp any any -> any 443'], option }],
    })
    expect(toDb(withOption('sid:1')).verdict).toBe('reachable')
    expect(toDb(withOption('content:"x"')).verdict).toBe('conditional')
  })

  it('depends on more than the header if they look at content or state (R-NFW-9)', () => {
    for (const option of ['content:"x"', 'flow:not_established', 'flowbits:isset,a', 'flags:S'])
      expect(toDb(passing(`${option}; sid:1;`))).toMatchObject({
        verdict: 'conditional',
        conditions: ['FIREWALL_UNSUPPORTED_RULE_OPTIONS wall-1'],
      })
    expect(toDb(passing('content:"x"; sid:1;'), 'tcp 22').verdict).toBe('unreachable')
  })

  it('that could only drop what is dropped anyway changes nothing (R-NFW-9)', () => {
    const stateful = ['drop tls any any -> any any (tls.sni; content:"x"; sid:1;)']
    expect(toDb({ strict: ['drop_strict'], stateful }).verdict).toBe('unreachable')
    expect(verdicts({ strict: [], stateful }, 'tcp 443', 'udp 53')).toEqual(['conditional', 'reachable'])
  })

  it('names a protocol of the application layer, which any port may carry (R-NFW-8)', () => {
    const stateful = [{ rules: ['drop tls any any -> any any', 'drop dns any any -> any 53'] }]
    expect(verdicts({ stateful }, 'tcp 8443', 'udp 53', 'udp 123')).toEqual(['conditional', 'conditional', 'reachable'])
  })

  it('that makes no sense is not known, nor is anything that it may take (R-NFW-9)', () => {
    expect(toDb({ stateful: ['drop everything!'] }).verdict).toBe('unknown')
  })
})

describe('a domain list', () => {
  it('decides for TCP from the home network, whatever else drops (R-NFW-10)', () => {
    const stateful = [{ domains: ['.example.com'] }]
    expect(verdicts({ stateful }, 'tcp 443', 'udp 53')).toEqual(['conditional', 'reachable'])
    expect(verdicts({ stateful, strict: ['drop_strict'] }, 'tcp 443', 'udp 53')).toEqual(['conditional', 'unreachable'])
  })

  it('that denies passes nothing that is dropped otherwise (R-NFW-10)', () => {
    const stateful = [{ domains: ['.example.com'], type: 'DENYLIST' }] as const
    expect(toDb({ stateful }).verdict).toBe('conditional')
    expect(toDb({ stateful, strict: ['drop_strict'] }).verdict).toBe('unreachable')
  })

  it('says nothing about what comes from outside the home network (R-NFW-10)', () => {
    const domains = ['.example.com']
    expect(toDb({ stateful: [{ domains }], home: ['10.9.0.0/16'] }).verdict).toBe('reachable')
    expect(toDb({ stateful: [{ domains, home: ['10.0.1.0/24'] }], home: ['10.9.0.0/16'] }).verdict).toBe('conditional')
    expect(toDb({ stateful: [{ domains }], home: ['10.9.0.0/16'], strict: ['drop_strict'] }).verdict).toBe(
      'unreachable',
    )
  })
})

describe('a name in a rule', () => {
  it('stands for what the group or the policy defines, or for the VPC of the firewall (R-NFW-11)', () => {
    const addresses = { CLIENTS: ['10.0.1.0/24', '10.0.7.0/24'] }
    const text = 'drop tcp $CLIENTS any -> any $WEB (sid:1;)'
    const stateful = [{ text, addresses, ports: { WEB: ['80', '443'] } }]
    expect(verdicts({ stateful }, 'tcp 443', 'tcp 22')).toEqual(['unreachable', 'reachable'])
    const outwards = { stateful: ['drop tcp $HOME_NET any -> $EXTERNAL_NET any (sid:1;)'] }
    expect(toDb(outwards).verdict).toBe('reachable')
    expect(toDb({ ...outwards, home: ['10.0.1.0/24'] }).verdict).toBe('unreachable')
    expect(out(outwards).verdict).toBe('unreachable')
  })

  it('may be a prefix list (R-NFW-11)', () => {
    const stateful = [{ text: 'drop tcp @APPS any -> any any (sid:1;)', references: { APPS: 'pl-apps' } }]
    const network = shop({ stateful }).prefixList('apps', ['10.0.1.0/24'])
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('unreachable')
  })

  it('that cannot be resolved is unknown, where the rule decides (R-NFW-11)', () => {
    const text = 'drop tcp @TAGGED any -> any any (sid:1;)'
    const references = { TAGGED: 'arn:aws:resource-groups:us-east-1:111111111111:group/tagged' }
    expect(toDb({ stateful: [{ text, references }] })).toMatchObject({
      verdict: 'unknown',
      unknowns: ['FIREWALL_RULES_UNKNOWN wall-1'],
    })
    expect(toDb({ stateful: ['pass tcp any any -> any 443 (sid:2;)', { text, references }] }).verdict).toBe('reachable')
    expect(toDb({ stateful: ['drop tcp $NOWHERE any -> any any (sid:1;)'] }).verdict).toBe('unknown')
  })
})

describe('a rule group that nobody may read', () => {
  const elsewhere = 'arn:aws:network-firewall:us-east-1:aws-managed:stateful-rulegroup/ThreatSignaturesBotnet'

  it('makes unknown what nothing before it settles (R-NFW-11)', () => {
    const pass = 'pass tcp any any -> any 443 (sid:1;)'
    expect(toDb({ stateful: [{ elsewhere }] })).toMatchObject({
      verdict: 'unknown',
      unknowns: [`FIREWALL_RULES_UNKNOWN ${elsewhere}`],
    })
    expect(toDb({ strict: [], stateful: [pass, { elsewhere }] }).verdict).toBe('reachable')
    expect(toDb({ strict: [], stateful: [{ elsewhere }, pass] }).verdict).toBe('unknown')
    expect(toDb({ otherwise: 'drop', stateful: [{ elsewhere }] }).verdict).toBe('unreachable')
  })
})

/** Two VPCs whose transit gateway sends what is between them to a firewall of its own. */
const hub = (options: FirewallOptions = {}, zones: readonly string[] = ['a'], shut = false): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
    .instance('web', '10.0.1.10', { groups: ['any'] })
    .vpc('far', '10.1.0.0/16')
    .securityGroup('far', ['all from 0.0.0.0/0'])
    .subnet('far', '10.1.1.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
    .instance('far', '10.1.1.20', { groups: ['far'] })
    .subnet('door', '10.1.9.0/28', { zone: 'b', routes: {}, ...(shut && { acl: [] }) })
    .subnet('apart', '10.1.3.0/24', { zone: 'c', routes: { '0.0.0.0/0': 'tgw-hub' } })
    .instance('apart', '10.1.3.20', { groups: ['far'] })
    .transitGateway('hub')
    .transitGatewayAttachment('shop', ['app'])
    .transitGatewayAttachment('far', ['far', 'door', 'apart'])
    .attachedNetworkFirewall('wall', zones, options)
    .transitGatewayRouteTable('spokes', { associated: ['shop', 'far'], routes: { '0.0.0.0/0': 'wall' } })
    .transitGatewayRouteTable('behind', { associated: ['wall'], propagated: ['shop', 'far'] })

const across = (network: Estate, packets = 'tcp 443') => ask(network, 'eni-web', 'eni-far', packets)

describe('a firewall attached to a transit gateway (R-TGW-19)', () => {
  it('is met by no network ACL, and followed by the table of its own attachment', () => {
    expect(across(hub({ strict: ['drop_strict'], stateful: ['pass tcp any any -> any 443 (sid:1;)'] }))).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-any > acl-default-shop > rtb-app > tgw-attach-hub-shop > acl-default-shop > tgw-rtb-spokes > ' +
        'tgw-attach-hub-wall > tgw-rtb-behind > tgw-attach-hub-far > sg-far > eni-far',
      assumptions: [],
    })
  })

  it('drops what its rules drop', () => {
    expect(across(hub({ strict: ['drop_strict'] }))).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward FIREWALL_RULES_RESTRICTION wall'],
    })
  })

  it('loses the identity that a security group reference needs (R-SG-11)', () => {
    const referring = hub()
      .with('transitGateway', 'tgw-hub', { Options: { SecurityGroupReferencingSupport: 'enable' } })
      .within('vpc-far')
      .securityGroup('far', ['all from sg-any'])
    expect(across(referring)).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward SG_REFERENCES_NOT_PRESERVED tgw-attach-hub-wall'],
    })
  })

  it('must see both directions (R-FLOW-11)', () => {
    const around = hub().transitGatewayRouteTable('around', { associated: ['far'], routes: { '10.0.0.0/16': 'shop' } })
    expect(across(around.with('transitGatewayAttachment', 'tgw-attach-hub-far', OF('around')))).toMatchObject({
      verdict: 'one-way',
      blocked: ['return ASYMMETRIC_INSPECTION tgw-attach-hub-wall'],
    })
  })

  it('has no home network of its own: the rules of a domain list are known where one is defined (R-NFW-10)', () => {
    const stateful = [{ domains: ['.example.com'] }]
    expect(across(hub({ stateful }))).toMatchObject({ verdict: 'unknown', unknowns: ['FIREWALL_RULES_UNKNOWN wall-1'] })
    expect(across(hub({ stateful, home: ['10.0.0.0/16'] })).verdict).toBe('conditional')
    expect(across(hub({ stateful, home: ['10.9.0.0/16'] })).verdict).toBe('reachable')
  })

  it('hands on in the zone of its endpoint, of several in any, and the answer comes by the same (R-TGW-9, R-TGW-11)', () => {
    const by = (...zones: readonly string[]) => hub({}, zones, true)
    const shut = ['forward SUBNET_ACL_RESTRICTION acl-door outbound']
    expect(across(by('a')).verdict).toBe('reachable')
    expect(across(by('b'))).toMatchObject({ verdict: 'unreachable', blocked: shut })
    expect(across(by('a', 'b')).verdict).toBe('reachable')
    expect(ask(by('a', 'b'), 'eni-web', 'eni-apart', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      conditions: ['TGW_ZONE_CHOICE tgw-attach-hub-wall'],
      blocked: shut,
    })
  })

  it('makes unknown what nobody read of it', () => {
    const arn = 'arn:aws:network-firewall:us-east-1:111111111111:firewall/wall'
    const unread = hub()
      .with('networkFirewall', arn, { FirewallStatus: {} })
      .with('transitGatewayAttachment', 'tgw-attach-hub-wall', { ResourceId: 'another' })
    expect(across(unread)).toMatchObject({
      verdict: 'unknown',
      unknowns: ['FIREWALL_RULES_UNKNOWN tgw-attach-hub-wall'],
    })
  })
})

const OF = (table: string) => ({ Association: { TransitGatewayRouteTableId: `tgw-rtb-${table}`, State: 'associated' } })
