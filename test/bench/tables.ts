/** Figures as tables: for a terminal with times, for README with what does not depend on the machine. */
import { type DiffResult, type Gate, GIB, nameOf, ratioOf, type Result, sizeText, wordOf } from './gates.ts'
import type { MapFigures } from './map.ts'
import type { Figures } from './measure.ts'

type Row = readonly string[]

/** Everything, times included. */
export const figuresText = (results: readonly Result[]): string =>
  aligned([
    [
      'input',
      'interfaces',
      'MB',
      'read',
      'parse',
      'load',
      'compile',
      'all pairs',
      'expand',
      'x parse',
      'cold',
      'peak MB',
    ].concat(['classes', 'pairs', 'by flow', 'checksum']),
    ...results.map(({ case: each, figures }) => [
      nameOf(each),
      ...(figures ? [...timesOf(figures), ...countsOf(figures)] : [sizeText(each.size ?? 0), 'did not end']),
    ]),
  ])

const timesOf = (figures: Figures): Row => [
  String(figures.interfaces),
  megabytes(figures.bytes),
  ...[figures.read, figures.parse, figures.load, figures.compile, figures.allPairs, figures.expand].map(milliseconds),
  ratio(ratioOf(figures)),
  ratio(figures.cold / figures.parse),
  megabytes(figures.peakMemory),
]

const countsOf = ({ classes, pairs, flowPairs, checksum }: Figures): Row => [
  String(classes),
  String(pairs),
  String(flowPairs),
  checksum,
]

export const gatesText = (gates: readonly Gate[]): string => aligned(gateRows(gates))

/** For README: the gates, and the cases without their times. */
export const markdown = (results: readonly Result[], gates: readonly Gate[]): string =>
  [
    piped(gateRows(gates)),
    '',
    piped([
      ['input', 'interfaces', 'classes', 'pairs of interfaces', 'x parse', 'peak memory', 'checksum'],
      ...results.map(({ case: each, figures }) =>
        figures
          ? [
              nameOf(each),
              String(figures.interfaces),
              String(figures.classes),
              String(figures.pairs),
              ratio(ratioOf(figures)),
              `${(figures.peakMemory / GIB).toFixed(2)} GiB`,
              `\`${figures.checksum}\``,
            ]
          : [nameOf(each), sizeText(each.size ?? 0), '', '', 'did not end', '', ''],
      ),
    ]),
  ].join('\n')

/** Of diffs, times included. */
export const diffText = (results: readonly DiffResult[]): string =>
  aligned([
    [...DIFF_HEAD, 'compile + all pairs', 'diff', 'unchanged'],
    ...results.map((result) => [
      ...diffRow(result),
      ...(result.figures
        ? [result.figures.full, result.figures.diff, result.figures.unchanged].map(milliseconds)
        : ['did not end']),
    ]),
  ])

/** For README: without the times. */
export const diffMarkdown = (results: readonly DiffResult[], gates: readonly Gate[]): string =>
  [piped(gateRows(gates)), '', piped([DIFF_HEAD, ...results.map(diffRow)])].join('\n')

const DIFF_HEAD = ['input', 'interfaces', 'changed flows', 'x compile + all pairs', 'unchanged, x', 'checksum']

const diffRow = ({ case: each, figures }: DiffResult): Row =>
  figures
    ? [
        nameOf(each),
        String(figures.interfaces),
        String(figures.totals.gained + figures.totals.changed + figures.totals.lost),
        ratio(figures.diff / figures.full),
        (figures.unchanged / figures.full).toFixed(3),
        `\`${figures.checksum}\``,
      ]
    : [nameOf(each), sizeText(each.size ?? 0), '', 'did not end', '', '']

/** Of maps, times included. */
export const mapText = (results: readonly MapFigures[]): string =>
  aligned([
    [...MAP_HEAD, 'written in', 'first picture', 'first question'],
    ...results.map((figures) => [
      ...mapRow(figures),
      `${figures.written.toFixed(1)} s`,
      milliseconds(figures.firstPicture),
      milliseconds(figures.question),
    ]),
  ])

export const mapMarkdown = (results: readonly MapFigures[]): string => piped([MAP_HEAD, ...results.map(mapRow)])

const MAP_HEAD = ['interfaces', 'snapshot', 'map', 'elements', 'first picture x blank', 'panning x blank']

const mapRow = (figures: MapFigures): Row => [
  String(figures.interfaces),
  `${megabytes(figures.snapshotBytes)} MB`,
  `${megabytes(figures.bytes)} MB`,
  String(figures.elements),
  ratio(figures.firstRatio),
  ratio(figures.panRatio),
]

const gateRows = (gates: readonly Gate[]): readonly Row[] => [
  ['', 'must', 'aim', 'measured', 'worst case', ''],
  ...gates.map((gate) => [
    gate.what,
    `${rounded(gate.gate)} ${gate.unit}`,
    rounded(gate.aim),
    rounded(gate.measured),
    gate.of,
    wordOf(gate),
  ]),
]

const aligned = (rows: readonly Row[]): string => {
  const widths = widthsOf(rows)
  return rows
    .map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))))
    .map((row) => row.join('  ').trimEnd())
    .join('\n')
}

/** As the formatter of this repository would have it. */
const piped = ([head, ...rows]: readonly Row[]): string => {
  const widths = widthsOf([head!, ...rows]).map((width) => Math.max(width, 3))
  const line = (row: Row): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`
  return [line(head!), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

const widthsOf = (rows: readonly Row[]): readonly number[] =>
  rows.reduce<number[]>((widths, row) => {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
    return widths
  }, [])

const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)
const ratio = (value: number): string => (value < 100 ? value.toFixed(2) : value.toFixed(0))
const rounded = (value: number | undefined): string =>
  value === undefined ? '-' : String(Number(value.toPrecision(3)))
