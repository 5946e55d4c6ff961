/** Which rules of a network ACL take all of another's packets. */
import { describe, expect, it } from 'vitest'
import type { AclEntry } from '../../src/changes/change.ts'
import { estate } from '../build.ts'
import { check } from './ask.ts'

const entry = (RuleNumber: number, RuleAction: string, fields: Partial<AclEntry>): AclEntry => ({
  RuleNumber,
  RuleAction,
  Egress: false,
  Protocol: '-1',
  CidrBlock: '0.0.0.0/0',
  ...fields,
})

const partsFound = (...Entries: readonly AclEntry[]): readonly (string | undefined)[] => {
  const shop = estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('app', '10.0.0.0/24', { acl: [] })
    .instance('web', '10.0.0.10')
    .with('networkAcl', 'acl-app', { Entries })
  return check(shop)
    .findings.filter(({ rule }) => rule === 'nacl-rule-shadowed')
    .map(({ title }) => / rule (\d+) of /.exec(title)?.[1])
}

describe('an earlier rule', () => {
  const echo = { Type: 8, Code: -1 }

  it('about ICMP takes packets by type and code, whatever ports are written beside them (R-NACL-5)', () => {
    const all = { Protocol: '1', IcmpTypeCode: { Type: -1, Code: -1 }, PortRange: { From: 0, To: 0 } }
    const denied = entry(200, 'deny', { Protocol: '1', IcmpTypeCode: echo })
    expect(partsFound(entry(100, 'allow', all), denied)).toEqual(['200'])
    expect(partsFound(entry(100, 'allow', { ...all, IcmpTypeCode: { Type: 0, Code: -1 } }), denied)).toEqual([])
  })

  it('about TCP takes them by port, whatever ICMP types are written beside it (R-NACL-5)', () => {
    const all = { Protocol: '6', IcmpTypeCode: echo }
    const denied = entry(200, 'deny', { Protocol: '6', PortRange: { From: 22, To: 22 } })
    expect(partsFound(entry(100, 'allow', all), denied)).toEqual(['200'])
  })
})
