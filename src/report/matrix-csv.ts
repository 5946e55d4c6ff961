/** A matrix as CSV (RFC 4180): a line for each flow, and one for each cell without any. */
import { stringify } from 'csv-stringify/sync'
import { harmless } from '../analysis/harmless.ts'
import type { CellEntry, FlowEntry, GroupEntry, MatrixResult } from '../analysis/matrix.ts'
import type { Packets } from '../packet/describe.ts'

export function* matrixCsv(result: MatrixResult): Generator<string> {
  const names = namesOf(result)
  const untold = new Set(result.groups.to.filter(hasUntoldAddresses).map(({ key }) => key))
  yield csv([COLUMNS])
  for (let at = 0; at < result.cells.length; at += CELLS_AT_ONCE)
    yield csv(result.cells.slice(at, at + CELLS_AT_ONCE).flatMap((cell) => recordsOf(cell, names, untold)))
}

const CELLS_AT_ONCE = 1000

const csv = (records: readonly (readonly (string | number)[])[]): string =>
  stringify([...records], {
    record_delimiter: 'windows',
    // Names are written by others, and a spreadsheet would carry out one that begins with =.
    escape_formulas: true,
    cast: { string: harmless },
  })

const COLUMNS = [
  ...['from', 'from_name', 'to', 'to_name', 'verdict', 'ip_version', 'by_public_address', 'by_nat64'],
  ...['packets', 'pairs'],
  ...['of_pairs', 'example_from', 'example_from_name', 'example_to', 'example_to_name'],
  'destinations',
] as const

/** Packets in words leave out which addresses an AWS service has, and flows to some of them would read alike. */
const hasUntoldAddresses = ({ kind, members }: GroupEntry): boolean => members.length === 0 && kind !== 'internet'

const recordsOf = (cell: CellEntry, names: ReadonlyMap<string, string>, untold: ReadonlySet<string>) => {
  const flows: readonly (FlowEntry | undefined)[] = cell.flows.length > 0 ? cell.flows : [undefined]
  return flows.map((flow) => [
    ...recordOf(cell, flow, names),
    untold.has(cell.to) ? destinationsOf(flow?.packets ?? []).join('; ') : '',
  ])
}

const destinationsOf = (packets: readonly Packets[]): readonly string[] => [
  ...new Set(packets.flatMap(({ destinations = [] }) => destinations)),
]

const recordOf = (
  cell: CellEntry,
  flow: FlowEntry | undefined,
  names: ReadonlyMap<string, string>,
): readonly (string | number)[] => [
  ...[cell.from, names.get(`from ${cell.from}`) ?? '', cell.to, names.get(`to ${cell.to}`) ?? ''],
  flow?.verdict ?? cell.verdict,
  flow?.family ?? '',
  ...(flow ? [flow.byPublicAddress, flow.byNat64].map((is) => (is ? 'yes' : 'no')) : ['', '']),
  flow?.text.join('; ') ?? '',
  flow?.pairs ?? 0,
  cell.pairs,
  ...[flow?.example.from.id ?? '', flow?.example.from.name ?? ''],
  ...[flow?.example.to.id ?? '', flow?.example.to.name ?? ''],
]

const namesOf = ({ groups: { from, to } }: MatrixResult): ReadonlyMap<string, string> =>
  new Map([
    ...from.map(({ key, name = '' }) => [`from ${key}`, name] as const),
    ...to.map(({ key, name = '' }) => [`to ${key}`, name] as const),
  ])
