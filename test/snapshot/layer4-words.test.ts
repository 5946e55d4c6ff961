/** Conditions of rules as answers say them. */
import { describe, expect, it } from 'vitest'
import { layer4OfEntry, layer4OfPermission, layer4Words } from '../../src/snapshot/layer4-words.ts'

describe('a rule of a security group', () => {
  it.each([
    ['tcp', 443, 443, 'tcp 443'],
    ['6', 8000, 9000, 'tcp 8000-9000'],
    ['tcp', -1, -1, 'tcp'],
    ['udp', 1024, undefined, 'udp 1024-65535'],
    ['icmp', 8, -1, 'icmp echo request'],
    ['icmp', 3, 4, 'icmp destination unreachable code 4'],
    ['icmp', -1, -1, 'icmp'],
    ['icmpv6', 128, -1, 'icmpv6 echo request'],
    ['icmpv6', undefined, undefined, 'icmpv6'],
    ['47', 0, 65535, 'protocol 47'],
    ['-1', 22, 22, 'all traffic'],
    ['tcq', 22, 22, 'tcq'],
  ])('%s, FromPort %s, ToPort %s is "%s" (R-SG-4)', (IpProtocol, FromPort, ToPort, words) => {
    expect(layer4Words(layer4OfPermission({ IpProtocol, FromPort, ToPort }))).toBe(words)
  })
})

describe('a rule of a network ACL', () => {
  const entry = { RuleNumber: 100, RuleAction: 'allow', Egress: false, CidrBlock: '0.0.0.0/0' }

  it('says ICMP types and codes in a field of their own (R-NACL-5)', () => {
    const icmp = { ...entry, Protocol: '1', PortRange: { From: 22, To: 22 } }
    expect(layer4Words(layer4OfEntry({ ...icmp, IcmpTypeCode: { Type: 8, Code: -1 } }))).toBe('icmp echo request')
    expect(layer4Words(layer4OfEntry(icmp))).toBe('icmp')
  })

  it('says ports of TCP and UDP alone', () => {
    const some = { PortRange: { From: 22, To: 22 }, IcmpTypeCode: { Type: 8, Code: -1 } }
    expect(layer4Words(layer4OfEntry({ ...entry, ...some, Protocol: '17' }))).toBe('udp 22')
    expect(layer4Words(layer4OfEntry({ ...entry, ...some, Protocol: '50' }))).toBe('protocol 50')
  })
})
