/** Ids and words that no AWS writes, in a snapshot that somebody made: they are names like all others. */
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { estate } from '../build.ts'
import { examples } from '../examples/all.ts'

const ID = /\b(?:subnet|vpc|sg|eni|rtb|acl|igw|nat|pcx|tgw|tgw-attach|tgw-rtb)-\w+/g

const odd = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(ID, (id) => `${id}|%7C/x`)) as T

const cellsIn = (snapshot: Snapshot): readonly string[] => {
  const { matrix } = compile(snapshot)
  return matrix({ by: 'interface' })
    .cells.map((cell) => JSON.stringify(cell))
    .sort()
}

describe('an id with separators in it', () => {
  it.each(['three-tier', 'nat-gateway', 'peering', 'transit-hub', 'dual-stack'])('is as good as any: %s', (name) => {
    const snapshot = examples.get(name)!
    const expected = cellsIn(snapshot).map((cell) => JSON.stringify(odd(JSON.parse(cell))))
    expect(cellsIn(odd(snapshot))).toEqual(expected.sort())
  })
})

describe('a description that only looks like one of AWS', () => {
  it('is the name of a load balancer that nobody knows, whatever is in it', () => {
    const snapshot = estate()
      .vpc('shop', '10.0.0.0/16')
      .subnet('app', '10.0.1.0/24')
      .interface('a', '10.0.1.10', { groups: ['open'] })
      .interface('b', '10.0.1.20', { groups: ['open'] })
      .securityGroup('open', ['tcp 443 from 0.0.0.0/0'])
      .with('networkInterface', 'eni-b', {
        Description: 'ELB a|b/%7C>c',
        RequesterManaged: undefined,
        Status: 'in|use',
      })
      .snapshot()
    const { reach } = compile(snapshot)
    expect(reach('eni-a', 'eni-b', { protocol: 'tcp', port: 443 }).verdict).toBe('unknown')
  })
})
