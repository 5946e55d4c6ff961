/** Answers of very many flows are told in a time in proportion to these. */
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { flowEnds, packetLines } from '../../src/report/reach-words.ts'
import { examples } from '../examples/all.ts'

describe('the words of an answer', () => {
  const answer = compile(examples.get('three-tier')!).reach('public', 'private')

  it('are found for each flow without going through all the others', () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => `eni-${at}`)
    const end = {
      ...answer.from,
      resolved: ids.map((id) => ({ id, kind: 'network-interface' })),
      addresses: ids.map((_, at) => `10.9.${at >> 8}.${at & 255}/32`),
    }
    const flows = Array.from({ length: 2000 }, () => ({ ...answer.flows[0]!, from: ids, to: ids }))
    const many = { ...answer, from: end, to: end, flows }
    for (const flow of flows) {
      expect(flowEnds(many, flow)).toEqual({})
      expect(packetLines(many, [{ protocol: 'tcp' }], { members: flow })).toEqual(['tcp with any source port'])
    }
  })
})
