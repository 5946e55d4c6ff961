/** What walks of the path engine found out, with the stages that they came by: it holds in every network that has all of these in common. */
import { once } from '../collections.ts'
import type { InCommon, Stages } from '../forwarding/graph.ts'
import type { StageId } from '../forwarding/stage.ts'

interface Found<T> {
  readonly value: T
  readonly by: ReadonlySet<StageId>
}

export class Walked<T> {
  readonly #graph: Stages
  readonly #common: InCommon<Walked<T>> | undefined
  readonly #found = new Map<string, Found<T>>()

  constructor(graph: Stages, common: InCommon<Walked<T>> | undefined) {
    this.#graph = graph
    this.#common = common
  }

  /** `key` names the question, in either network. `walk` asks this graph and no other. */
  of(key: string, walk: (graph: Stages) => T): T {
    return once(this.#found, key, () => this.#foundElsewhere(key) ?? this.#walked(walk)).value
  }

  #walked(walk: (graph: Stages) => T): Found<T> {
    const by = new Set<StageId>()
    return { value: walk(noting(this.#graph, by)), by }
  }

  #foundElsewhere(key: string): Found<T> | undefined {
    if (!this.#common) return undefined
    const found = this.#common.with.#found.get(key)
    return found && [...found.by].every(this.#common.has) ? found : undefined
  }
}

const noting = (graph: Stages, by: Set<StageId>): Stages => ({
  stage: (id) => graph.stage(id),
  hops: (id) => {
    by.add(id)
    return graph.hops(id)
  },
})
