/** Things that are no boxes for others: what stands on edges, between VPCs and outside of the estate. */
import { append, groupedBy } from '../collections.ts'
import { KINDS, pluralOf } from './kinds.ts'
import type { Block } from './packing.ts'
import type { Box, Point, Rectangle } from './picture.ts'
import type { Scene, Thing } from './scene.ts'
import { ARCS, GAP, PILL } from './sizes.ts'

export const thingBox = ({ id, kind, name, detail }: Thing): Omit<Box, keyof Rectangle> => ({
  id,
  role: 'thing',
  kind,
  title: name ?? (id.includes('-') && KINDS[kind].words !== id ? id : KINDS[kind].words),
  detail: [KINDS[kind].words, ...(detail === undefined ? [] : [detail])].join('\n'),
})

/** In a row, each below what it joins. Where there are very many of a kind, one box stands for them. */
export const betweenBoxes = (
  { between, attachments }: Scene,
  estate: readonly Box[],
  { width, y }: { readonly width: number; readonly y: number },
): Box[] => {
  const centres = new Map(estate.map((box) => [box.id, box.x + box.width / 2]))
  const kinds = groupedBy(between, (each) => each.kind)
  const shown = [...kinds].flatMap(([kind, all]): Thing[] =>
    all.length <= MOST_BETWEEN ? all : [{ id: `many ${kind}`, kind, name: pluralOf(kind, all.length) }],
  )
  const joined = new Map<string, number[]>()
  for (const { from, to } of attachments)
    for (const [end, other] of [
      [from, to],
      [to, from],
    ] as const) {
      const centre = centres.get(other)
      if (centre !== undefined) append(joined, end, centre)
    }
  const middleOf = ({ id }: Thing): number => {
    const all = joined.get(id) ?? []
    return all.length === 0 ? width / 2 : all.reduce((sum, each) => sum + each, 0) / all.length
  }
  const ordered = shown.toSorted((a, b) => middleOf(a) - middleOf(b) || (a.id < b.id ? -1 : 1))
  const size = { width: 210, height: 66 }
  let right = -Infinity
  return ordered.map((thing) => {
    const x = Math.max(middleOf(thing) - size.width / 2, right + GAP * 2)
    right = x + size.width
    return { ...thingBox(thing), x, y, ...size }
  })
}

const MOST_BETWEEN = 24

/** The internet above, over the tiers that it may talk to; on-premises on the left, AWS services on the right. */
export const outsideBoxes = ({ outside }: Scene, { width, height, boxes }: Block): Box[] => {
  const size = { width: 160, height: 60 }
  const columns = boxes.filter(({ role }) => role === 'vpc').map(({ x }) => x + ARCS + PILL.width / 2)
  const middle = columns.length === 0 ? width / 2 : columns.reduce((sum, x) => sum + x, 0) / columns.length
  const at: Readonly<Record<string, Point>> = {
    internet: { x: middle - size.width / 2, y: -size.height - GAP * 4 },
    onprem: { x: -size.width - GAP * 4, y: height / 2 - size.height / 2 },
    'aws-services': { x: width + GAP * 4, y: height / 2 - size.height / 2 },
  }
  return outside.map((thing) => ({
    ...thingBox(thing),
    title: KINDS[thing.kind].words,
    detail: '',
    ...at[thing.id]!,
    ...size,
  }))
}

export const plural = (count: number, word: string): string =>
  `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
