/** Endpoint classes of networks that are alike: shared where nothing that sorts interfaces was changed. */
import { expect, it } from 'vitest'
import { classesIn } from '../../src/aws/endpoint-class.ts'
import { Network } from '../../src/network/network.ts'
import type { Resource, Snapshot } from '../../src/snapshot/snapshot.ts'
import { estate } from '../build.ts'

const shop = (): Snapshot =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('app', '10.0.1.0/24')
    .instance('web', '10.0.1.10')
    .subnet('db', '10.0.2.0/24')
    .instance('store', '10.0.2.10')
    .snapshot()

const edited = (snapshot: Snapshot, edit: (each: Resource) => Resource): Network =>
  new Network({ ...snapshot, resources: snapshot.resources.map(edit) }, old)

const before = shop()
const old = new Network(before)

it('are the same where a network ACL was changed', () => {
  const young = edited(before, (each) => (each.kind === 'networkAcl' ? { ...each, raw: { ...each.raw } } : each))
  for (const id of ['subnet-app', 'subnet-db']) expect(classesIn(young, id)).toBe(classesIn(old, id))
})

it('are made anew in the subnet of an interface that was changed, with an order of their own', () => {
  const young = edited(before, (each) =>
    each.kind === 'networkInterface' && each.id === 'eni-web' ? { ...each, raw: { ...each.raw, Groups: [] } } : each,
  )
  expect(classesIn(young, 'subnet-db')).toBe(classesIn(old, 'subnet-db'))
  expect(classesIn(young, 'subnet-app').map(({ groups }) => groups)).toEqual([[]])
  const orders = [old, young].flatMap((network) => classesIn(network, 'subnet-app').map(({ order }) => order))
  expect(new Set(orders).size).toBe(2)
})

it('are made anew where another record says whose an interface is', () => {
  const gateway = {
    kind: 'natGateway',
    id: 'nat-1',
    account: '111111111111',
    region: 'eu-central-1',
    raw: { NatGatewayId: 'nat-1', NatGatewayAddresses: [{ NetworkInterfaceId: 'eni-web' }] },
  } as Resource
  const young = new Network({ ...before, resources: [...before.resources, gateway] }, old)
  expect(classesIn(old, 'subnet-app').map(({ owner }) => owner.is)).toEqual(['workload'])
  expect(classesIn(young, 'subnet-app').map(({ owner }) => owner.is)).toEqual(['nat-gateway'])
})
