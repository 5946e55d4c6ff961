/** Questions about two interfaces, as a program asks them many times in a row. The hook for whatever answers them fastest: the rest of
 *  the benchmark knows only that it is asked. */
import { PairEngine } from '../../src/analysis/pair-engine.ts'
import { type Filter, transportOf } from '../../src/analysis/question.ts'
import { classOf } from '../../src/aws/endpoint-class.ts'
import type { Compiled } from '../../src/aws/compile.ts'
import type { NetworkInterface } from '../../src/network/network-interface.ts'

/** Answers one question about two interfaces by their numbers, in whatever form it is before it is put into words. */
export type Question = (from: number, to: number) => unknown

/** By tables, in IPv4, of interfaces by their place in the list: an interned fate, or nothing where the path engine would have to be asked. */
export const questionOf = (compiled: Compiled, interfaces: readonly NetworkInterface[], filter: Filter): Question => {
  const { network } = compiled
  const engine = new PairEngine(compiled, 4, transportOf(filter, 4))
  const ends = interfaces.map((each) => engine.end(classOf(network, each)))
  const addresses = interfaces.map((each) => each.addressSet(4)[0])
  return (from, to) => {
    const [source, destination] = [addresses[from], addresses[to]]
    if (source === undefined || destination === undefined) return undefined
    return engine.fate(ends[from]!, ends[to]!, source, destination)
  }
}
