/** Whom a changed setting concerns, where that is not whom one would think of. */
import { describe, expect, it } from 'vitest'
import { diff } from '../../src/index.ts'
import { estate } from '../build.ts'

describe('an endpoint that names an interface of another VPC as its own', () => {
  const two = estate()
    .vpc('front', '10.1.0.0/16')
    .subnet('wall', '10.1.9.0/24')
    .inspectionEndpoint('look', '10.1.9.5')
    .vpc('shop', '10.2.0.0/16')
    .securityGroup('open', ['tcp 443 from 0.0.0.0/0'])
    .subnet('app', '10.2.1.0/24')
    .instance('app', '10.2.1.10', { groups: ['open'] })
    .subnet('ends', '10.2.2.0/24')
    .interfaceEndpoint('ssm', { ends: '10.2.2.40' }, { groups: ['open'] })
  const snapshot = two.snapshot()
  const ssm = snapshot.resources.find(({ id, kind }) => kind === 'networkInterface' && /ssm/.test(id))!

  it('concerns whoever talks to that interface, of which nobody can tell what it is', () => {
    const ids = ['eni-look', ssm.id]
    const { changes, settings } = diff(
      snapshot,
      two.with('vpcEndpoint', 'vpce-look', { NetworkInterfaceIds: ids }).snapshot(),
      {
        by: 'subnet',
      },
    )
    const told = changes.filter(({ from }) => from === 'subnet-app')
    expect(told.map(({ to, before, after }) => [to, before, after])).toEqual([
      ['aws-services', 'reachable', 'unknown'],
      ['subnet-ends', 'reachable', 'unknown'],
    ])
    expect(told[0]!.causes).toEqual(settings.map(({ id }) => id))
  })
})
