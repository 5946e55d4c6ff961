/** Who reaches whom in a picture: the cells of a matrix, in few words. */
import type { CellEntry, MatrixResult } from '../analysis/matrix.ts'
import type { FlowLink } from './scene.ts'

/** The cells in which anything may flow, without those of a group with itself. */
export const flowLinksOf = ({ cells }: Pick<MatrixResult, 'cells'>): readonly FlowLink[] =>
  cells.flatMap((cell): FlowLink[] => {
    const { from, to, verdict } = cell
    if (verdict === 'unreachable' || from === to) return []
    return [{ from, to, verdict, packets: packetsOf(cell), pairs: pairsOf(cell) }]
  })

/** Those that decide the verdict of the cell. */
const packetsOf = ({ flows, verdict }: CellEntry): readonly string[] => {
  const texts = [...new Set(flows.filter((flow) => flow.verdict === verdict).flatMap(({ text }) => text))]
  return texts.length <= MOST ? texts : [...texts.slice(0, MOST), `... and ${texts.length - MOST} more`]
}

const MOST = 3

const pairsOf = ({ flows, verdict, pairs }: CellEntry): string => {
  const counts = flows.filter((flow) => flow.verdict === verdict).map((flow) => flow.pairs)
  return counts.length === 0 ? '' : `${Math.max(...counts)}/${pairs}`
}
