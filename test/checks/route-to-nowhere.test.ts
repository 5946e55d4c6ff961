/** Which targets of a route are out of service: those that packets are lost at. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import { check } from './ask.ts'

const lost = (network: Estate): readonly string[] =>
  check(network)
    .findings.filter(({ rule }) => rule === 'route-to-nowhere')
    .map(({ title }) => title)

describe('a route to a peering connection', () => {
  const peered = estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all to 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24', { routes: { '10.1.0.0/16': 'pcx-shop-far' } })
    .instance('web', '10.0.1.10', { groups: ['any'] })
    .vpc('far', '10.1.0.0/16')
    .subnet('far', '10.1.1.0/24')
    .peering('shop', 'far')
  const inState = (Code: string): Estate => peered.with('vpcPeeringConnection', 'pcx-shop-far', { Status: { Code } })

  it.each(['deleted', 'deleting', 'expired', 'failed', 'pending-acceptance', 'rejected'])(
    'that is %s leads nowhere (R-FLOW-10)',
    (state) => {
      expect(lost(inState(state))).toEqual([
        'rtb-app (app) sends 10.1.0.0/16 nowhere: pcx-shop-far (shop-far) is not in service',
      ])
    },
  )

  it.each(['active', 'provisioning'])('that is %s leads somewhere, or may', (state) => {
    expect(lost(inState(state))).toEqual([])
  })
})
