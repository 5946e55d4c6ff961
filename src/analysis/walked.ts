/** What walks of the path engine found out, with the stages that they came by: it holds in every network that has all of these in common. */
import type { Stages } from '../forwarding/graph.ts'
import type { StageId } from '../forwarding/stage.ts'

interface Found<T> {
  readonly value: T
  readonly by: ReadonlySet<StageId>
}

/** The same of another network, which has some stages in common with this one. */
interface Alike<T> {
  readonly walked: Walked<T>
  readonly has: (stage: StageId) => boolean
}

export class Walked<T> {
  readonly #graph: Stages
  readonly #alike: Alike<T> | undefined
  readonly #found = new Map<string, Found<T>>()

  constructor(graph: Stages, alike: Alike<T> | undefined) {
    this.#graph = graph
    this.#alike = alike
  }

  /** `key` names the question, in either network. `walk` asks this graph and no other. */
  of(key: string, walk: (graph: Stages) => T): T {
    let found = this.#found.get(key) ?? this.#foundElsewhere(key)
    if (!found) {
      const by = new Set<StageId>()
      const value = walk(noting(this.#graph, by))
      found = { value, by }
    }
    this.#found.set(key, found)
    return found.value
  }

  #foundElsewhere(key: string): Found<T> | undefined {
    if (!this.#alike) return undefined
    const { walked, has } = this.#alike
    const found = walked.#found.get(key)
    return found && [...found.by].every(has) ? found : undefined
  }
}

const noting = (graph: Stages, by: Set<StageId>): Stages => ({
  stage: (id) => graph.stage(id),
  hops: (id) => {
    by.add(id)
    return graph.hops(id)
  },
})
