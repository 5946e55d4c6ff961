/** Which flows the page asks its engine for, and how often. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import { sceneOf } from '../../src/scene/estate.ts'
import type { FlowLink } from '../../src/scene/scene.ts'
import type { Address } from '../../viz/src/address.ts'
import type { Engine } from '../../viz/src/engine-client.ts'
import { makeFlows } from '../../viz/src/flows.ts'
import { lookedAt } from '../../viz/src/looked-at.ts'
import { START } from '../../viz/src/state.ts'
import { estate } from '../build.ts'

/** A page that looks at a VPC of an estate whose flows are not in the file; its engine answers when it is told to. */
const page = () => {
  const snapshot = estate().vpc('shop', '10.0.0.0/16').subnet('a', '10.0.1.0/24').interface('a', '10.0.1.10').snapshot()
  const scene = sceneOf(compile(new Network(snapshot)))
  const address: Address = { now: () => ({ ...START, chosen: 'vpc-shop' }), go: () => {}, keep: () => {} }
  const asked: { readonly answer: (flows: readonly FlowLink[]) => void; readonly fail: (error: Error) => void }[] = []
  const engine: Engine = {
    ask: () => new Promise((resolve, fail) => asked.push({ answer: resolve as (flows: unknown) => void, fail })),
  }
  const data = { version: 1, madeBy: 'test', snapshots: [{ label: 'shop', gaps: 0, interfaces: 1, scene }] } as const
  return { asked, flows: makeFlows(lookedAt(data, engine, address), address) }
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('flows that are not in the file', () => {
  const link: FlowLink = { from: 'internet', to: 'vpc-shop', verdict: 'reachable', packets: [], pairs: '1/1' }

  it('are asked for once, however often the page is drawn until they come', async () => {
    const { asked, flows } = page()
    let come = 0
    const drawings = [1, 2, 3].map(() => flows.fetch(() => void come++))
    expect(asked).toHaveLength(1)
    for (const { answer } of asked) answer([link])
    await Promise.all(drawings)
    expect([come, flows.now()]).toEqual([1, [link]])
    await flows.fetch(() => {})
    expect(asked).toHaveLength(1)
  })

  it('are asked for again where that failed', async () => {
    vi.stubGlobal('document', { getElementById: () => ({}) })
    const { asked, flows } = page()
    const drawing = flows.fetch(() => {})
    for (const { fail } of asked) fail(new Error('the engine stopped'))
    await drawing
    void flows.fetch(() => {})
    expect(asked).toHaveLength(2)
  })
})
