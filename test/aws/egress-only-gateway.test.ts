/** Facts about egress-only internet gateways: IPv6 conversations from inside, and none from outside. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import { ask } from './ask.ts'

const shop = (block = '2600:1f18:1::/56'): Estate =>
  estate()
    .vpc('shop', ['10.0.0.0/16', block])
    .egressOnlyInternetGateway('shop')
    .internetGateway('shop')
    .securityGroup('any', ['all from 0.0.0.0/0', 'all from ::/0', 'all to ::/0'])
    .subnet('app', ['10.0.1.0/24', block.replace('::/56', ':1::/64')], { routes: { '::/0': 'eigw-shop' } })
    .instance('web', ['10.0.1.10', block.replace('::/56', ':1::10')], { groups: ['any'] })

const STRANGER = '2606:4700::1111'

describe('an egress-only internet gateway', () => {
  it('vector 17: lets conversations out, untranslated, and their answers back (R-EIGW-1)', () => {
    expect(ask(shop(), 'eni-web', STRANGER, 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-default-shop > rtb-app > eigw-shop > internet',
      back: 'eigw-shop > acl-default-shop > eni-web',
      arrivedAs: 'tcp [2600:1f18:1:1::10]:40000 -> [2606:4700::1111]:443',
    })
  })

  it('vector 17: lets no conversation in, though the internet gateway might deliver it (R-EIGW-1, R-IGW-7)', () => {
    expect(ask(shop(), STRANGER, 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      back: 'eni-web > acl-default-shop > rtb-app > eigw-shop',
      blocked: ['return ASYMMETRIC_RETURN eigw-shop'],
    })
    const alone = shop().without('internetGateway')
    expect(ask(alone, STRANGER, 'eni-web', 'tcp 443').verdict).toBe('unknown')
    const detached = shop().with('internetGateway', 'igw-shop', { Attachments: [] })
    expect(ask(detached, STRANGER, 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward NO_INTERNET_GATEWAY vpc-shop'],
    })
  })

  it('has the NACL of the subnet judge both ways, and no security group (R-EIGW-1)', () => {
    const network = shop().networkAcl('default-shop', ['100 allow tcp 443 to ::/0', '100 allow tcp 443 from ::/0'])
    expect(ask(network, 'eni-web', STRANGER, 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return SUBNET_ACL_RESTRICTION acl-default-shop inbound'],
    })
  })

  it('drops private sources (R-EIGW-2, R-ADDR-11)', () => {
    expect(ask(shop('fd00:10:0::/56'), 'eni-web', STRANGER, 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward EIGW_PRIVATE_SOURCE eigw-shop'],
    })
  })

  it('serves the VPC it is attached to', () => {
    const network = shop().with('egressOnlyInternetGateway', 'eigw-shop', { Attachments: [] })
    expect(ask(network, 'eni-web', STRANGER, 'tcp 443').blocked).toEqual(['forward BAD_STATE_ATTACHMENT eigw-shop'])
  })
})
