/** Single packets looked up in tables: how far an answer holds, what tables do not tell, and that circles end. Stages and hops here are
 *  made up: this room knows no AWS. */
import { describe, expect, it } from 'vitest'
import { Draft } from '../../src/forwarding/draft.ts'
import { ForwardingGraph } from '../../src/forwarding/graph.ts'
import { type Address, parseAddress, parseBlock } from '../../src/packet/address.ts'
import { EVERYTHING, NOTHING, ports } from '../../src/packet/l4.ts'
import { type Corridor, corridorFrom, isAlikeByOption, PLAIN } from '../../src/reach/corridor.ts'
import { ForwardingTables } from '../../src/reach/forwarding-table.ts'

const address = (text: string): Address => parseAddress(text)!.value
const block = (text: string): readonly [Address, Address] => [parseBlock(text)!.first, parseBlock(text)!.end]
const why = { code: 'TEST', resource: 'test' }

const walk = (
  stages: Readonly<Record<string, (draft: Draft) => unknown>>,
  source: string,
  destination: string,
): Corridor => {
  const graph = new ForwardingGraph((id) => {
    const draft = new Draft()
    stages[id]?.(draft)
    return { stage: { id, kind: 'transit', resource: id, role: '' }, hops: draft.hops }
  })
  const tables = new ForwardingTables(graph, () => 4)
  const passenger = { leg: 'request', source: address(source), destination: address(destination) } as const
  return corridorFrom(
    { family: 4, tables },
    tables.node('start'),
    passenger,
    EVERYTHING,
    PLAIN,
    ({ id }) => id === 'end',
  )
}

const to = (stage: string, within: string) => (draft: Draft) =>
  draft.to(stage, why, { when: [{ on: 'destination', within: block(within) }] })

describe('a corridor', () => {
  it('holds for the rectangle of addresses in which every condition on the way says the same', () => {
    const { holds, ends } = walk(
      {
        start: to('middle', '10.0.0.0/8'),
        middle: (draft) =>
          draft.to('end', why, {
            when: [
              { on: 'source', within: block('192.168.0.0/16') },
              { on: 'destination', within: block('10.1.0.0/16') },
            ],
          }),
      },
      '192.168.1.1',
      '10.1.2.3',
    )
    expect(ends.map(({ at, line }) => [at.id, line])).toEqual([['end', EVERYTHING]])
    const [sourceFrom, sourceTo] = block('192.168.0.0/16')
    const [destinationFrom, destinationTo] = block('10.1.0.0/16')
    expect({ ...holds }).toMatchObject({ sourceFrom, sourceTo, destinationFrom, destinationTo })
  })

  it('has no end where no hop takes the packet, and nothing about it is open', () => {
    const { ends, unsettled, unknown } = walk({ start: to('end', '10.0.0.0/8') }, '192.168.1.1', '11.0.0.1')
    expect({ ends, unsettled, unknown }).toEqual({ ends: [], unsettled: NOTHING, unknown: NOTHING })
  })

  it('ends where packets go in circles, even where each round has several ways', () => {
    const ways = ['one', 'other'].map(
      (option) => (draft: Draft) => draft.to('start', why, { choice: { reason: why, option, kept: false } }),
    )
    const { ends } = walk({ start: (draft) => ways.forEach((way) => way(draft)) }, '10.0.0.1', '10.0.0.2')
    expect(ends).toEqual([])
  })

  it('tells apart what is translated, of which tables know nothing more, and what nobody can tell', () => {
    const [web, dns] = [ports(6, 443, 443), ports(17, 53, 53)]
    const { ends, unsettled, unknown } = walk(
      {
        start: (draft) =>
          draft
            .to('end', why, {
              when: [{ on: 'line', line: web }],
              then: [{ do: 'set-address', field: 'destination', address: address('10.9.9.9') }],
            })
            .unknown(why, { when: [{ on: 'line', line: dns }] }),
      },
      '10.0.0.1',
      '10.0.0.2',
    )
    expect({ ends, unsettled, unknown }).toEqual({ ends: [], unsettled: web, unknown: dns })
  })

  it('names the options of a choice, and to which of them each end belongs', () => {
    const option = (is: string) => ({ choice: { reason: why, option: is, kept: false } })
    const { ends, options } = walk(
      { start: (draft) => draft.to('end', why, option('a')).to('dead end', why, option('b')) },
      '10.0.0.1',
      '10.0.0.2',
    )
    expect([...options]).toEqual(['a', 'b'])
    expect(ends.map(({ carries }) => carries.option?.is)).toEqual(['a'])
  })

  it('counts an option that is dropped at once, which is alike only to others that get nowhere', () => {
    const option = (is: string) => ({ choice: { reason: why, option: is, kept: true } })
    const corridor = walk(
      { start: (draft) => draft.to('end', why, option('a')).drop(why, option('b')) },
      '10.0.0.1',
      '10.0.0.2',
    )
    expect([...corridor.options]).toEqual(['a', 'b'])
    expect(isAlikeByOption(corridor)).toBe(false)
  })

  it.each([
    [true, ['a']],
    [false, ['a', 'b']],
  ])('goes on by what was picked where a choice is met again, if that is kept: %s', (kept, told) => {
    const option = (is: string) => ({ choice: { reason: why, option: is, kept } })
    const { ends, unsettled } = walk(
      {
        start: (draft) => draft.to('again', why, option('a')).to('dead end', why, option('b')),
        again: (draft) => draft.to('end', why, option('a')).to('end', why, option('b')),
      },
      '10.0.0.1',
      '10.0.0.2',
    )
    expect(unsettled).toBe(NOTHING)
    expect(ends.map(({ carries }) => carries.option?.is)).toEqual(told)
  })
})
