/** Of which resource an answer speaks that does not name it: told by the name of its file or folder, `<call>__<id>.json` or any name
 *  that carries the id. Ids with characters that file names cannot have may be percent-encoded or have them replaced. */
import { append, groupedBy } from '../collections.ts'
import type { Kind } from '../snapshot/schema.ts'
import type { Kinds } from './describe-calls.ts'

export interface Parent {
  readonly kind: Kind
  readonly id: string
  /** Its plain name, where it has one beside its id. */
  readonly name: string | undefined
}

/** All that files may be named after. */
export class Parents {
  readonly #byKind: ReadonlyMap<Kind, readonly Parent[]>
  readonly #spellings = new Map<Kind, Spellings>()

  constructor(parents: Iterable<Parent>) {
    this.#byKind = groupedBy(parents, ({ kind }) => kind)
  }

  /** The id of the only one of a kind that is spelled so, else of the only one whose id ends so. */
  idOf(kind: Kind, text: string): string | undefined {
    const { byName, byId, byEnding } = this.#spelled(kind)
    const plain = flat(text)
    const known = new Set([...(byName.get(text) ?? []), ...(byId.get(plain) ?? [])])
    return only(known)?.id ?? only(new Set(byEnding.get(plain)))?.id
  }

  /** Made when a name of the kind is looked for: most names bear an id that shows what it is. */
  #spelled(kind: Kind): Spellings {
    const known = this.#spellings.get(kind)
    if (known !== undefined) return known
    const spellings = spellingsOf(this.#byKind.get(kind) ?? [])
    this.#spellings.set(kind, spellings)
    return spellings
  }
}

interface Spellings {
  readonly byName: ReadonlyMap<string, readonly Parent[]>
  /** Of which file names leave letters and digits alone. */
  readonly byId: ReadonlyMap<string, readonly Parent[]>
  readonly byEnding: ReadonlyMap<string, readonly Parent[]>
}

function spellingsOf(parents: readonly Parent[]): Spellings {
  const byName = new Map<string, Parent[]>()
  const byId = new Map<string, Parent[]>()
  const byEnding = new Map<string, Parent[]>()
  for (const parent of parents) {
    const id = flat(parent.id)
    if (parent.name !== undefined) append(byName, parent.name, parent)
    append(byId, id, parent)
    for (let at = id.indexOf('-'); at >= 0; at = id.indexOf('-', at + 1)) append(byEnding, id.slice(at + 1), parent)
  }
  return { byName, byId, byEnding }
}

function only<T>(all: ReadonlySet<T>): T | undefined {
  const [first] = all
  return all.size === 1 ? first : undefined
}

/** Kind of the record and id of its parent, or `undefined` where the name leaves that open. `file` is relative, with `/`. */
export function namedBy(file: string, kinds: Kinds, parents: Parents): { kind: Kind; id: string } | undefined {
  for (const hint of hintsIn(file)) {
    for (const [parentKind, kind] of Object.entries(kinds) as [Kind, Kind][]) {
      const id = idIn(hint, parentKind, parents)
      if (id !== undefined) return { kind, id }
    }
  }
  return undefined
}

interface Hint {
  readonly text: string
  /** Whether it stood behind `__`, and so is an id by agreement. */
  readonly agreed: boolean
}

/** What the file name says, then its folders, the innermost first. */
function hintsIn(file: string): readonly Hint[] {
  return file
    .replace(/(\.json)?(\.gz)?$/i, '')
    .split('/')
    .reverse()
    .map((name) => {
      const [, id] = /__(.+)$/.exec(name) ?? []
      return { text: decoded(id ?? name), agreed: id !== undefined }
    })
}

function idIn({ text, agreed }: Hint, kind: Kind, parents: Parents): string | undefined {
  const form = idForms[kind]
  const inside = form?.exec(text)?.[0]
  return inside ?? parents.idOf(kind, text) ?? (agreed && form === undefined ? text : undefined)
}

/** How ids look that can be told from any other text. A kind without a form is named freely. */
const idForms: { readonly [K in Kind]?: RegExp } = {
  transitGatewayRouteTable: /tgw-rtb-[0-9A-Za-z]+/,
  managedPrefixList: /\bpl-[0-9A-Za-z]+/,
  loadBalancer: /arn:[^:]+:elasticloadbalancing:[^:]+:\d+:loadbalancer\/.+/,
  targetGroup: /arn:[^:]+:elasticloadbalancing:[^:]+:\d+:targetgroup\/.+/,
  listener: /arn:[^:]+:elasticloadbalancing:[^:]+:\d+:listener\/.+/,
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function flat(id: string): string {
  return id.replace(/[^0-9A-Za-z]+/g, '-').toLowerCase()
}
