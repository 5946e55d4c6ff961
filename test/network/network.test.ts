/** Networks that have most of their records in common: what they share, and what each has for itself. */
import { describe, expect, it } from 'vitest'
import { Network } from '../../src/network/network.ts'
import type { Resource, Snapshot } from '../../src/snapshot/snapshot.ts'
import { estate } from '../build.ts'

const shop = (): Snapshot =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('app', '10.0.1.0/24')
    .instance('web', '10.0.1.10')
    .instance('api', '10.0.1.11')
    .snapshot()

/** With another address for one interface; all other records are the same. */
const readdressed = (snapshot: Snapshot, id: string, address: string): Snapshot => ({
  ...snapshot,
  resources: snapshot.resources.map((each): Resource =>
    each.kind === 'networkInterface' && each.id === id
      ? {
          ...each,
          raw: { ...each.raw, PrivateIpAddress: address, PrivateIpAddresses: [{ PrivateIpAddress: address }] },
        }
      : each,
  ),
})

const addressesIn = (network: Network, subnetId: string): readonly unknown[] =>
  network.interfacesIn(subnetId).map(({ id, addresses }) => [id, addresses])

describe('a network like another one', () => {
  it('has the interfaces that are in both, and those that were changed as they are now', () => {
    const before = shop()
    const after = readdressed(before, 'eni-web', '10.0.1.99')
    const old = new Network(before)
    expect(addressesIn(old, 'subnet-app')).toHaveLength(2)
    const young = new Network(after, old)
    expect(addressesIn(young, 'subnet-app')).toEqual(addressesIn(new Network(after), 'subnet-app'))
    expect(young.interface('eni-api')).toBe(old.interface('eni-api'))
    const orders = young.all('networkInterface').map(({ id }) => young.interface(id)!.order)
    expect(new Set(orders).size).toBe(orders.length)
  })

  it('has nothing of a record that is gone', () => {
    const before = shop()
    const old = new Network(before)
    const young = new Network({ ...before, resources: before.resources.filter(({ id }) => id !== 'eni-web') }, old)
    expect(addressesIn(old, 'subnet-app')).toHaveLength(2)
    expect(young.interfacesIn('subnet-app').map(({ id }) => id)).toEqual(['eni-api'])
    expect(young.interface('eni-web')).toBeUndefined()
  })

  it('tells itself of an address that makes no sense', () => {
    const snapshot = readdressed(shop(), 'eni-web', '10.0.1.300')
    const old = new Network(snapshot)
    const young = new Network({ ...snapshot }, old)
    const told = (network: Network): readonly unknown[] => {
      network.interface('eni-web')
      return network.gaps.map(({ code, id }) => [code, id])
    }
    expect(told(old)).toEqual([['MALFORMED', 'eni-web']])
    expect(told(young)).toEqual([['MALFORMED', 'eni-web']])
  })
})
