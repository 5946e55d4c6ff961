/** Which settings concern a pair of blocks, as who sends and as who receives. */
import { once } from '../collections.ts'
import { endOf, type PairEnd } from './blocks.ts'
import { concerns, type Scope } from './scope.ts'
import { keyOf, type Setting } from './settings.ts'

export const byOrder = (a: Setting, b: Setting): number => a.order - b.order

/** For two blocks, the settings that may have made packets between them fare otherwise. */
export class Suspects {
  readonly #scopes: ReadonlyMap<Setting, Scope>
  readonly #ofEnds = {
    senders: new Map<PairEnd, readonly Setting[]>(),
    receivers: new Map<PairEnd, readonly Setting[]>(),
  }
  readonly #lists = new Map<string, readonly Setting[]>()
  readonly #joined = new Map<readonly Setting[], Map<readonly Setting[], readonly Setting[]>>()

  constructor(scopes: ReadonlyMap<Setting, Scope>) {
    this.#scopes = scopes
  }

  of({ from, to }: { readonly from: PairEnd; readonly to: PairEnd }): readonly Setting[] {
    const [a, b] = [this.#concerning(from, 'senders'), this.#concerning(to, 'receivers')]
    if (a === b) return a
    const byOther = once(this.#joined, a, () => new Map())
    return once(byOther, b, () => this.#list(new Set([...a, ...b])))
  }

  #concerning(end: PairEnd, as: keyof Scope): readonly Setting[] {
    return once(this.#ofEnds[as], end, () => {
      const concerning = [...this.#scopes].filter(([, scope]) => concerns(scope[as], endOf(end)))
      return this.#list(concerning.map(([setting]) => setting))
    })
  }

  #list(settings: Iterable<Setting>): readonly Setting[] {
    const all = [...settings].sort(byOrder)
    return once(this.#lists, keyOf(all), () => all)
  }
}
