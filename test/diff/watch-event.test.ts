/** What a watch tells of, and whom its patterns mean. */
import { describe, expect, it } from 'vitest'
import { securityGroupsNamed } from '../../src/diff/watch-event.ts'
import { estate } from '../build.ts'

describe('security groups that are watched', () => {
  const named = (pattern: string, name = 'web.prod') => {
    const snapshot = estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('web', [])
      .with('securityGroup', 'sg-web', { Tags: [{ Key: 'Name', Value: name }], GroupName: 'Web' })
      .snapshot()
    return [...securityGroupsNamed([pattern], [snapshot])]
  }

  it.each([
    ['sg-web', true],
    ['web.*', true],
    ['sg-*b', true],
    ['Web', true],
    ['web', false],
    ['WEB.*', false],
    ['web?prod', false],
  ])('are those whose id, Name or group name fits %s: %s', (pattern, yes) => {
    expect(named(pattern)).toEqual(yes ? ['sg-web'] : [])
  })

  it('are found in a time that no pattern makes long', () => {
    expect(named(`${'a*'.repeat(2000)}b`, 'a'.repeat(100_000))).toEqual([])
  })
})
