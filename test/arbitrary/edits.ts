/** Random changes of a snapshot, as people make them: a rule more or less, another target of a route, an association moved, an interface
 *  in other groups, something gone altogether; and now and then what makes no difference. */
import type { Kind } from '../../src/snapshot/schema.ts'
import type { Resource, Snapshot } from '../../src/snapshot/snapshot.ts'
import type { Choices, Program } from './choices.ts'

type Json = Record<string, unknown>

/** The snapshot with one to four changes. */
const edited = (choices: Choices, snapshot: Snapshot): Snapshot => {
  let resources: readonly Resource[] = snapshot.resources
  for (let left = choices.int(1, 4); left > 0; left--) resources = changed(choices, resources)
  return { ...snapshot, resources }
}

/** A network and what became of it. */
export const withEdits =
  (program: Program<Snapshot>): Program<{ readonly before: Snapshot; readonly after: Snapshot }> =>
  (choices) => {
    const before = program(choices)
    return { before, after: edited(choices, before) }
  }

const changed = (choices: Choices, resources: readonly Resource[]): readonly Resource[] => {
  const { pick, chance, int } = choices
  const kinds = [...new Set(resources.map(({ kind }) => kind))]
  const likely = kinds.filter((kind) => LIKELY.has(kind))
  const kind = chance(75) && likely.length > 0 ? pick(likely) : pick(kinds)
  const all = resources.filter((each) => each.kind === kind)
  const chosen = pick(all)
  if (chance(12)) return resources.filter((each) => each !== chosen)
  const raw = structuredClone(chosen.raw) as unknown as Json
  const fields = Object.keys(raw).filter((field) => !/Id$|Arn$|Name$/.test(field))
  const lists = fields.filter((field) => Array.isArray(raw[field]) && raw[field].length > 0)
  if (lists.length > 0 && chance(90)) {
    const field = pick(lists)
    const list = raw[field] as Json[]
    const at = int(0, list.length - 1)
    const others = all.flatMap((each) => ((each.raw as unknown as Json)[field] ?? []) as Json[])
    if (chance(40)) list.splice(at, 1)
    else if (chance(50)) list.push(structuredClone(pick(others)))
    else if (typeof list[at] === 'object') twist(choices, list[at])
  } else if (fields.length > 0) twist(choices, raw)
  return resources.map((each) => (each === chosen ? ({ ...each, raw } as unknown as Resource) : each))
}

/** One field in another way. */
const twist = ({ pick }: Choices, raw: Json): void => {
  const possible = Object.keys(raw).filter((field) => TWISTS[field])
  if (possible.length === 0) return
  const field = pick(possible)
  const twisted = TWISTS[field]!(raw[field])
  if (twisted !== undefined) raw[field] = twisted
}

const TWISTS: Readonly<Record<string, (value: unknown) => unknown>> = {
  RuleAction: (value) => (value === 'allow' ? 'deny' : 'allow'),
  RuleNumber: (value) => ((value as number) < 32000 ? 32500 - (value as number) : value),
  Egress: (value) => !value,
  FromPort: (value) => (typeof value === 'number' && value > 0 ? Math.max(1, value - 10) : value),
  CidrIp: () => '0.0.0.0/0',
  Status: (value) => (value === 'in-use' ? 'available' : value),
  SourceDestCheck: (value) => !value,
  State: (value) => (value === 'active' ? 'blackhole' : value),
  PreserveClientIp: (value) => !value,
  Value: (value) => `${String(value)}-2`,
}

const LIKELY: ReadonlySet<Kind> = new Set<Kind>([
  'securityGroup',
  'networkAcl',
  'routeTable',
  'networkInterface',
  'transitGatewayRoutes',
  'vpcPeeringConnection',
  'vpcEndpoint',
  'instanceConnectEndpoint',
])
