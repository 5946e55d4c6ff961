/** A matrix as tables, for whoever asks with SQL: small tables that refer to one another, and views that join them to what people ask for. */
import { isByPublicAddress } from '../analysis/tally.ts'
import type { BundledFlows } from '../analysis/bundles.ts'
import { harmless } from '../analysis/harmless.ts'
import type { MatrixBlocks } from '../analysis/matrix-blocks.ts'
import type { GroupEntry } from '../analysis/matrix.ts'
import { CLIENT_PORTS } from '../analysis/question.ts'
import { describePackets, type Packets, packetsAsJson } from '../packet/describe.ts'
import { ICMP, ICMPV6, parseProtocol, TCP, UDP } from '../packet/protocol.ts'
import type { PacketSet } from '../packet/set.ts'
import type { PortSet } from '../packet/transport.ts'
import { asked } from './matrix-words.ts'

export type Value = string | number | boolean | null

export interface Table {
  readonly name: string
  /** Name to type, of `integer`, `text` and `boolean`, in order; `texts` is text that is a list, with commas in between. */
  readonly columns: readonly (readonly [string, 'integer' | 'text' | 'boolean' | 'texts'])[]
  readonly rows: readonly (readonly Value[])[]
}

export const matrixTables = ({ query, groups, blocks, bundles, unknowns }: MatrixBlocks): readonly Table[] => {
  const { sourcePort } = query
  const clientPorts = sourcePort === undefined ? CLIENT_PORTS : [sourcePort, sourcePort + 1]
  const sets = new Interned<PacketSet>((set) => `${set.family} ${JSON.stringify(packetsAsJson(set))}`)
  const lists = new Interned<readonly number[]>((list) => list.join())
  const flows = new Interned<BundledFlows>(({ key }) => key)
  const sides = [
    ...groups.from.map((group) => ['from', group] as const),
    ...groups.to.map((group) => ['to', group] as const),
  ]
  const bundleRows = bundles.map((each) => [
    lists.idOf(each.from),
    lists.idOf(each.to),
    flows.idOf(each.flows),
    each.pairs,
  ])
  const flowRows = flows
    .all()
    .flatMap((each, id) =>
      each.flows.map(({ verdict, family, translated, packets }): readonly Value[] => [
        ...[id, verdict, family, isByPublicAddress({ family, translated }), translated && family === 6],
        sets.idOf(packets),
      ]),
    )
  return [
    {
      name: 'groups',
      columns: [...SIDE, ['kind', 'text'], ['name', 'text'], ['members', 'integer']],
      rows: sides.map(([side, { key, kind, name, members }]) => [side, key, kind, name ?? null, members.length]),
    },
    {
      name: 'members',
      columns: [...SIDE, ['member', 'text']],
      rows: sides.flatMap(([side, group]) => membersOf(group).map((member) => [side, group.key, member])),
    },
    {
      name: 'blocks',
      columns: [
        ['block', 'integer'],
        ['member', 'text'],
        ['sends', 'boolean'],
        ['receives', 'boolean'],
      ],
      rows: blocks.flatMap(({ members, sends, receives }, block) =>
        members.map((member) => [block, member, sends, receives]),
      ),
    },
    {
      name: 'block_lists',
      columns: [
        ['blocks', 'integer'],
        ['block', 'integer'],
      ],
      rows: lists.all().flatMap((list, id) => list.map((block) => [id, block])),
    },
    {
      name: 'bundles',
      columns: [
        ['from_blocks', 'integer'],
        ['to_blocks', 'integer'],
        ['flows', 'integer'],
        ['pairs', 'integer'],
      ],
      rows: bundleRows,
    },
    {
      name: 'flows',
      columns: [
        ['flows', 'integer'],
        ['verdict', 'text'],
        ['ip_version', 'integer'],
        ['by_public_address', 'boolean'],
        ['by_nat64', 'boolean'],
        ['packets', 'integer'],
      ],
      rows: flowRows,
    },
    {
      name: 'packets',
      columns: [
        ['packets', 'integer'],
        ['text', 'text'],
        ...HEADERS.map((header) => [header, 'integer'] as const),
        ['sources', 'texts'],
        ['destinations', 'texts'],
      ],
      rows: sets.all().flatMap((set, id) => packetRows(id, set, clientPorts)),
    },
    {
      name: 'unknowns',
      columns: [
        ['code', 'text'],
        ['resource', 'text'],
        ['message', 'text'],
        ['remedy', 'text'],
      ],
      rows: unknowns.map(({ code, resource, message, remedy }) => [code, resource, message, remedy ?? null]),
    },
  ]
}

/** SQL for DuckDB, to be run in the folder of the files. */
export const matrixViews = (matrix: MatrixBlocks, tables: readonly Table[]): string => {
  const when = matrix.snapshot.collectedAt === undefined ? '' : `, collected at ${matrix.snapshot.collectedAt}`
  return [
    `-- Who can reach whom, ${harmless(asked(matrix))}${when}. Version 2 of this shape.`,
    '-- In this folder: duckdb -init view.sql',
    '',
    ...tables.map(({ name }) => `CREATE OR REPLACE VIEW ${name} AS FROM read_parquet('${name}.parquet');`),
    '',
    '-- A line for each pair of members and each flow between them; what is not here is unreachable. A bundle has as many pairs as members',
    '-- times members, so filter where there are many.',
    'CREATE OR REPLACE VIEW pairs AS',
    'SELECT s.member AS from_member, r.member AS to_member, f.verdict, f.ip_version, f.by_public_address, f.by_nat64, f.packets',
    'FROM bundles b',
    'JOIN flows f USING (flows)',
    'JOIN block_lists sl ON sl.blocks = b.from_blocks',
    'JOIN block_lists rl ON rl.blocks = b.to_blocks',
    'JOIN blocks s ON s.block = sl.block AND s.sends',
    'JOIN blocks r ON r.block = rl.block AND r.receives',
    'WHERE s.member <> r.member;',
    '',
    '-- A line for each two groups and each flow, with the pairs that it is true of.',
    'CREATE OR REPLACE VIEW cells AS',
    'SELECT s."key" AS from_key, r."key" AS to_key, p.verdict, p.ip_version, p.by_public_address, p.by_nat64, p.packets, count(*) AS pairs',
    'FROM pairs p',
    "JOIN members s ON s.side = 'from' AND s.member = p.from_member",
    "JOIN members r ON r.side = 'to' AND r.member = p.to_member",
    'GROUP BY ALL;',
    '',
  ].join('\n')
}

const SIDE = [
  ['side', 'text'],
  ['key', 'text'],
] as const

/** A place outside is its own member. */
const membersOf = ({ key, members }: GroupEntry): readonly string[] => (members.length > 0 ? members : [key])

/** Things by number: few differ, and most that are equal are one object. */
class Interned<T extends object> {
  readonly #keyOf: (each: T) => string
  readonly #all: T[] = []
  readonly #known = new Map<T, number>()
  readonly #ids = new Map<string, number>()

  constructor(keyOf: (each: T) => string) {
    this.#keyOf = keyOf
  }

  idOf(each: T): number {
    let id = this.#known.get(each)
    if (id === undefined) {
      const key = this.#keyOf(each)
      id = this.#ids.get(key)
      if (id === undefined) {
        this.#ids.set(key, (id = this.#all.length))
        this.#all.push(each)
      }
      this.#known.set(each, id)
    }
    return id
  }

  all = (): readonly T[] => this.#all
}

/** First and last of each; null where a protocol has no such field. */
const HEADERS = [
  'protocol_first',
  'protocol_last',
  'destination_port_first',
  'destination_port_last',
  'source_port_first',
  'source_port_last',
  'icmp_type',
  'icmp_code',
] as const

/** A line for each product of ranges; together they are the set. An ICMP type or code that is null is any. */
const packetRows = (id: number, set: PacketSet, clientPorts: PortSet): readonly (readonly Value[])[] => {
  const text = describePackets(set, { clientPorts }).join('; ')
  return packetsAsJson(set).flatMap((entry) => {
    const addresses = [entry.sources?.join(',') ?? null, entry.destinations?.join(',') ?? null]
    return headerRows(entry).map((headers) => [id, text, ...headers, ...addresses])
  })
}

type Headers = readonly (number | null)[]

const headerRows = (entry: Packets): readonly Headers[] => {
  if (entry.protocol !== 'any') return rowsOfProtocol(parseProtocol(String(entry.protocol))!, entry)
  const rest = [
    [0, 0],
    [2, 5],
    [7, 16],
    [18, 57],
    [59, 255],
  ].map(([first, last]): Headers => [first!, last!, ...NO_PORTS, null, null])
  return [...[TCP, UDP, ICMP, ICMPV6].flatMap((protocol) => rowsOfProtocol(protocol, entry)), ...rest]
}

const NO_PORTS = [null, null, null, null] as const

const rowsOfProtocol = (protocol: number, { destinationPorts, sourcePorts, icmp }: Packets): readonly Headers[] => {
  if (protocol === TCP || protocol === UDP)
    return (destinationPorts ?? ALL_PORTS).flatMap((to) =>
      (sourcePorts ?? ALL_PORTS).map((from): Headers => [protocol, protocol, ...to, ...from, null, null]),
    )
  if ((protocol === ICMP || protocol === ICMPV6) && icmp)
    return icmp.map(({ type, code }): Headers => [protocol, protocol, ...NO_PORTS, type, code ?? null])
  return [[protocol, protocol, ...NO_PORTS, null, null]]
}

const ALL_PORTS = [[0, 65535]] as const
