/** What the page says of one resource. */
import { describe, expect, it } from 'vitest'
import { Network } from '../../src/network/network.ts'
import { factsOf } from '../../viz/src/facts.ts'
import { estate } from '../build.ts'

describe('the facts of a resource', () => {
  it('hold its tags, wherever its service lists them', () => {
    const network = new Network(
      estate()
        .vpc('shop', '10.0.0.0/16')
        .tagged('vpc-shop', { Team: 'red' })
        .record('dbInstance', 'orders', { DBInstanceIdentifier: 'orders', TagList: [{ Key: 'Team', Value: 'blue' }] })
        .snapshot(),
    )
    const tagsOf = (id: string) => factsOf(network, id)?.rows.filter(([what]) => what.startsWith('Tag '))
    expect(tagsOf('vpc-shop')).toEqual([['Tag Team', 'red']])
    expect(tagsOf('orders')).toEqual([['Tag Team', 'blue']])
  })
})
