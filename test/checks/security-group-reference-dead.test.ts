/** Which references of rules to security groups can never match anybody. */
import { expect, it } from 'vitest'
import { estate, type Estate } from '../build.ts'
import type { GroupRule } from '../build/rules.ts'
import { check } from './ask.ts'

const two = (rule: GroupRule): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('shop', '10.0.1.0/24', { routes: { '10.9.0.0/16': 'tgw-hub' } })
    .instance('web', '10.0.1.10', { groups: ['web'] })
    .securityGroup('web', [rule], { closed: true })
    .vpc('far', '10.9.0.0/16')
    .subnet('far', '10.9.1.0/24', { routes: { '10.0.0.0/16': 'tgw-hub' } })
    .instance('app', '10.9.1.10', { groups: ['app'] })
    .securityGroup('app', [])

const joined = (rule: GroupRule): Estate =>
  two(rule).transitGateway('hub').transitGatewayAttachment('shop', ['shop']).transitGatewayAttachment('far', ['far'])

const enabled = (of: Estate): Estate =>
  of.with('transitGateway', 'tgw-hub', { Options: { SecurityGroupReferencingSupport: 'enable' } })

const deadIn = (of: Estate): readonly string[] =>
  check(of)
    .findings.filter(({ rule }) => rule === 'sg-reference-dead')
    .map(({ title }) => title.replace(/^.*, (?:which|and)? ?/, ''))

const [INBOUND, OUTBOUND] = ['tcp 443 from sg-app', 'tcp 443 to sg-app'] as const

it('Over a transit gateway that carries references those of inbound rules live, and no outbound one does (R-SG-9).', () => {
  expect(deadIn(enabled(joined(INBOUND)))).toEqual([])
  expect(deadIn(enabled(joined(OUTBOUND)))).toEqual([
    'only a transit gateway joins to vpc-shop: an outbound rule means nobody there',
  ])
})

it('Neither does over one on which references are off, or of whose attachments one has them off (R-SG-10).', () => {
  expect(deadIn(joined(INBOUND))).toEqual(['tgw-hub joins to vpc-shop without security group referencing'])
  const off = { Options: { SecurityGroupReferencingSupport: 'disable' } }
  expect(deadIn(enabled(joined(INBOUND)).with('transitGatewayVpcAttachment', 'tgw-attach-hub-far', off))).toHaveLength(
    1,
  )
})

it('Both do over a peering (R-SG-9).', () => {
  for (const rule of [INBOUND, OUTBOUND]) expect(deadIn(two(rule).peering('shop', 'far'))).toEqual([])
})

it('Nobody can tell of a gateway that was not read.', () => {
  expect(deadIn(joined(INBOUND).without('transitGateway'))).toEqual([])
})
