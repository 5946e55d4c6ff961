/** Questions about two interfaces, as a program asks them many times in a row. The hook for whatever answers them fastest: the rest of
 *  the benchmark knows only that it is asked. */
import { PairEngine } from '../../src/analysis/pair-engine.ts'
import { type Filter, transportOf } from '../../src/analysis/question.ts'
import { classOf } from '../../src/aws/endpoint-class.ts'
import type { Compiled } from '../../src/aws/compile.ts'
import type { NetworkInterface } from '../../src/network/network-interface.ts'

/** Answers one question, in whatever form it is before it is put into words. */
export type Question = (from: NetworkInterface, to: NetworkInterface) => unknown

/** By tables, in IPv4: an interned fate, or nothing where the path engine would have to be asked. */
export const questionOf = (compiled: Compiled, filter: Filter): Question => {
  const { network } = compiled
  const engine = new PairEngine(compiled, 4, transportOf(filter, 4))
  return (from, to) => {
    const [source, destination] = [from.addressSet(4)[0], to.addressSet(4)[0]]
    if (source === undefined || destination === undefined) return undefined
    return engine.fate(classOf(network, from), classOf(network, to), source, destination)
  }
}
