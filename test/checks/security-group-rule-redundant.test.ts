/** Which of several overlapping rules of a group is the one that is not needed. */
import { expect, it } from 'vitest'
import { byCodeUnit } from '../../src/collections.ts'
import { estate } from '../build.ts'
import type { GroupRule } from '../build/rules.ts'
import { check } from './ask.ts'

/** In order: the outcome does not depend on that of the rules. */
const redundant = (...rules: readonly GroupRule[]): readonly string[] => {
  const shop = estate()
    .vpc('shop', ['10.0.0.0/16', '2001:db8::/56'])
    .subnet('app', ['10.0.1.0/24', '2001:db8::/64'])
    .instance('web', '10.0.1.10', { groups: ['web'] })
    .securityGroup('web', rules, { closed: true })
  return check(shop)
    .findings.filter(({ rule }) => rule === 'sg-rule-redundant')
    .map(({ title }) => /"(.*)"/.exec(title)?.[1] ?? title)
    .toSorted(byCodeUnit)
}

it.each(['0.0.0.0/0', '::/0', '10.0.0.0/16', 'sg-web'])('It is the narrow one, from %s.', (peer) => {
  for (const [low, high, wide] of [
    ['443-446', '447-450', '443-450'],
    ['0-30000', '30001-65535', '0-65535'],
  ] as const)
    expect(redundant(`tcp ${wide} from ${peer}`, `tcp ${low} from ${peer}`, `tcp ${high} from ${peer}`)).toEqual([
      `inbound tcp ${low} from ${peer}`,
      `inbound tcp ${high} from ${peer}`,
    ])
})

it('It is the one from fewer addresses, though of the same ports.', () => {
  expect(redundant('tcp 443 from 0.0.0.0/0', 'tcp 443 from 10.0.0.0/8')).toEqual(['inbound tcp 443 from 10.0.0.0/8'])
})
