/** Of which resource an answer speaks that does not name it: told by the name of its file or folder, `<call>__<id>.json` or any name
 *  that carries the id. Ids with characters that file names cannot have may be percent-encoded or have them replaced. */
import type { Kind } from '../snapshot/schema.ts'
import type { Kinds } from './describe-calls.ts'

export interface Parent {
  readonly kind: Kind
  readonly id: string
  /** Its plain name, where it has one beside its id. */
  readonly name: string | undefined
}

/** Kind of the record and id of its parent, or `undefined` where the name leaves that open. `file` is relative, with `/`. */
export function namedBy(
  file: string,
  kinds: Kinds,
  parents: readonly Parent[],
): { kind: Kind; id: string } | undefined {
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

function idIn({ text, agreed }: Hint, kind: Kind, all: readonly Parent[]): string | undefined {
  const form = idForms[kind]
  const inside = form?.exec(text)?.[0]
  if (inside !== undefined) return inside
  const parents = all.filter((parent) => parent.kind === kind)
  const known = parents.filter(({ id, name }) => id === text || name === text || flat(id) === flat(text))
  if (known.length === 1) return known[0]?.id
  const ending = parents.filter(({ id }) => flat(id).endsWith(`-${flat(text)}`))
  if (ending.length === 1) return ending[0]?.id
  return agreed && form === undefined ? text : undefined
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
