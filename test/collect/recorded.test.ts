/** What of an answer is written down. */
import { describe, expect, it } from 'vitest'
import { recorded, redactionOf } from '../../src/collect/recorded.ts'

const nothing = redactionOf([])

describe('an answer that is written down', () => {
  it('spells instants as text, and leaves out what is not there', () => {
    const answer = { Vpcs: [{ VpcId: 'vpc-1', CreateTime: new Date(0), Tags: undefined }] }
    expect(recorded(answer, ['vpc'], nothing)).toEqual({
      Vpcs: [{ VpcId: 'vpc-1', CreateTime: '1970-01-01T00:00:00.000Z' }],
    })
  })

  it('has what means nothing by its order in one order', () => {
    const tags = [
      { Key: 'b', Value: '1' },
      { Key: 'a', Value: '2' },
    ]
    const answer = (Tags: readonly object[]) => recorded({ Vpcs: [{ VpcId: 'vpc-1', Tags }] }, ['vpc'], nothing)
    expect(answer(tags)).toEqual(answer([...tags].reverse()))
  })

  it('keeps the order of what is judged in order', () => {
    const actions = { Actions: [{ Type: 'authenticate' }, { Type: 'forward' }] }
    expect(recorded({ Rules: [actions] }, ['listenerRule'], nothing)).toEqual({ Rules: [actions] })
  })

  it('has no secret at any depth', () => {
    const answer = {
      VpnConnections: [
        {
          VpnConnectionId: 'vpn-1',
          CustomerGatewayConfiguration: '<key/>',
          Options: { TunnelOptions: [{ PreSharedKey: 'k', Phase1: 1 }] },
        },
      ],
    }
    expect(recorded(answer, ['vpnConnection'], nothing)).toEqual({
      VpnConnections: [{ VpnConnectionId: 'vpn-1', Options: { TunnelOptions: [{ Phase1: 1 }] } }],
    })
    const line = {
      virtualInterfaces: [
        {
          virtualInterfaceId: 'dxvif-1',
          authKey: 'k',
          bgpPeers: [{ authKey: 'k', asn: 1 }],
          customerRouterConfig: 'k',
        },
      ],
    }
    expect(recorded(line, ['virtualInterface'], nothing)).toEqual({
      virtualInterfaces: [{ virtualInterfaceId: 'dxvif-1', bgpPeers: [{ asn: 1 }] }],
    })
  })
})

describe('the values of tags', () => {
  it.each([
    ['owner', { Tags: [{ Key: 'owner', Value: 'x' }] }, { Tags: [{ Key: 'owner', Value: 'REDACTED' }] }],
    ['OWN*', { TagSet: [{ Key: 'owner', Value: 'x' }] }, { TagSet: [{ Key: 'owner', Value: 'REDACTED' }] }],
    ['*mail*', { tags: [{ key: 'e-mail', value: 'x' }] }, { tags: [{ key: 'e-mail', value: 'REDACTED' }] }],
    ['owner', { tags: { owner: 'x', tier: 'db' } }, { tags: { owner: 'REDACTED', tier: 'db' } }],
    ['owner', { Tags: [{ Key: 'coowner', Value: 'x' }] }, { Tags: [{ Key: 'coowner', Value: 'x' }] }],
    ['a.c', { Tags: [{ Key: 'abc', Value: 'x' }] }, { Tags: [{ Key: 'abc', Value: 'x' }] }],
  ])('whose key fits %s are kept out', (pattern, answer, expected) => {
    expect(recorded(answer, [], redactionOf([pattern]))).toEqual(expected)
  })

  it('are kept out in a time that no pattern makes long', () => {
    expect(redactionOf([`${'a*'.repeat(2000)}b`])('A'.repeat(100_000))).toBe(false)
  })
})
