/** The lines of a picture: attachments and flows between the boxes that are shown. What stands in a closed box is joined to that box, and
 *  lines with the same ends are one, with a number. */
import type { Verdict } from '../reach/verdict.ts'
import { curveOf, straight } from './curves.ts'
import type { Box, LeftOut, Line, LineChoice } from './picture.ts'
import { type Change, type FlowLink, regionBoxId, accountBoxId, type Scene } from './scene.ts'

export const linesOf = (
  scene: Scene,
  boxes: readonly Box[],
  { most, focus }: Required<Pick<LineChoice, 'most'>> & Pick<LineChoice, 'focus'>,
): { readonly lines: readonly Line[]; readonly leftOut: LeftOut } => {
  const shown = new Map(boxes.map((box) => [box.id, box]))
  const holders = holdersIn(scene)
  const seen = (id: string): Box | undefined => {
    let at: string | undefined = id
    while (at !== undefined && !shown.has(at)) at = holders.get(at)
    return at === undefined ? undefined : shown.get(at)
  }
  const isChosen = (...ends: readonly Box[]): boolean =>
    focus !== undefined && ends.some(({ id }) => isIn(id, focus, shown))
  const attached = joined(scene.attachments, seen)
  const outward = attached.filter(({ to }) => OUTSIDE.has(to.id)).length
  // That an internet gateway leads to the internet its glyph says as well.
  const drawn =
    outward <= MOST_OUTWARD ? attached : attached.filter(({ from, to }) => !OUTSIDE.has(to.id) || isChosen(from, to))
  const attachments = drawn.map(({ from, to, all }): Line => {
    const [start, end] = straight(from, to)
    return {
      id: `attachment ${from.id} ${to.id}`,
      role: 'attachment',
      from: from.id,
      to: to.id,
      start,
      end,
      bow: 0,
      count: all.length,
    }
  })
  const flows = joined(scene.flows ?? [], seen)
  const isFew = flows.length <= most
  const [marked, plain] = [flows.filter(isMarked), flows.filter((each) => !isMarked(each))]
  const followed = (all: readonly Joined<FlowLink>[], others: number): readonly Joined<FlowLink>[] =>
    all.length + others <= MOST_FOLLOWED ? all : crossingJoined(all, focus, shown)
  const away = ({ from, to }: Joined<FlowLink>): number => (isChosen(from, to) ? 0 : 1)
  const told = followed(marked, 0).toSorted((a, b) => away(a) - away(b) || urgency(a) - urgency(b))
  const own = isFew || focus === undefined ? plain : plain.filter(({ from, to }) => isChosen(from, to))
  const rest = followed(own, told.length).toSorted((a, b) => nearness(a, shown) - nearness(b, shown))
  // What was chosen is drawn whole.
  const chosen = [
    ...told.slice(0, most),
    ...(focus === undefined ? rest.slice(0, Math.max(0, most - told.length)) : rest),
  ]
  const lines = bothWays(chosen.map(({ from, to, all }) => flowLine(from, to, all)))
  return { lines: [...attachments, ...lines], leftOut: leftOutOf(flows, chosen, scene.isPartlyAsked === true) }
}

/** What is drawn before all else: what breaks a rule, and what opened or closed. */
const isMarked = ({ all }: Joined<FlowLink>): boolean => all.some((link) => isBreaking(link) || isChanged(link))
const isBreaking = ({ breaks }: FlowLink): boolean => breaks !== undefined
const isChanged = ({ change }: FlowLink): boolean => change === 'opened' || change === 'closed'

/** What opened before what closed, then by the worst finding. */
const urgency = ({ all }: Joined<FlowLink>): number =>
  Math.min(...all.map(({ change, worst = FAR }) => URGENCY[change ?? 'same'] * FAR + Math.min(worst, FAR)))

const URGENCY: Readonly<Record<Change, number>> = { opened: 0, closed: 2, same: 4 }
/** More than there are findings. */
const FAR = 1e9

/** Out of the estate before from VPC to VPC, and that before what stays in one. */
const nearness = ({ from, to }: Joined<FlowLink>, shown: ReadonlyMap<string, Box>): number =>
  OUTSIDE.has(from.id) || OUTSIDE.has(to.id) ? 0 : vpcOf(from, shown) === vpcOf(to, shown) ? 2 : 1

const leftOutOf = (
  flows: readonly Joined<FlowLink>[],
  drawn: readonly Joined<FlowLink>[],
  isPartlyAsked: boolean,
): LeftOut => {
  const kept = new Set(drawn.flatMap(({ all }) => all))
  const missing = flows.flatMap(({ all }) => all).filter((link) => !kept.has(link))
  const breaking = missing.filter(isBreaking).length
  const changed = missing.filter((link) => !isBreaking(link) && isChanged(link)).length
  return { breaking, changed, others: isPartlyAsked ? undefined : missing.length - breaking - changed }
}

const vpcOf = (box: Box, shown: ReadonlyMap<string, Box>): Box | undefined => {
  let at: Box | undefined = box
  while (at !== undefined && at.role !== 'vpc') at = at.parent === undefined ? undefined : shown.get(at.parent)
  return at
}

/** The same flows there and back are one line with two heads: half the lines to follow. What breaks a rule keeps its direction. */
const bothWays = (lines: readonly Line[]): readonly Line[] => {
  const byEnds = new Map(lines.map((line) => [`${line.from} ${line.to}`, line]))
  return lines.flatMap((line): readonly Line[] => {
    const back = byEnds.get(`${line.to} ${line.from}`)
    if (!back || looks(line) === undefined || looks(line) !== looks(back)) return [line]
    return isDrawn(line, back) ? [{ ...line, isBothWays: true }] : []
  })
}

const looks = ({ flow, count }: Line): string | undefined =>
  !flow || flow.breaks
    ? undefined
    : JSON.stringify([flow.verdict, flow.packets, flow.byNatOrEndpoint, flow.change, count > 1])

/** Down a VPC, and out to the internet; elsewhere any of both. */
const isDrawn = (line: Line, back: Line): boolean =>
  line.to === 'internet' ||
  (line.from !== 'internet' && (line.end.y - line.start.y || (line.id < back.id ? 1 : -1)) > 0)

/** Nobody follows more with the eye. */
const MOST_FOLLOWED = 40

/** Flows from VPC to VPC as one line for each pair; what was chosen inside of a VPC keeps its own end. */
const crossingJoined = (
  flows: readonly Joined<FlowLink>[],
  focus: string | undefined,
  shown: ReadonlyMap<string, Box>,
): readonly Joined<FlowLink>[] => {
  const vpc = (box: Box): Box | undefined => vpcOf(box, shown)
  const focused = focus === undefined ? undefined : shown.get(focus)
  const isInside = focused !== undefined && focused.role !== 'vpc' && vpc(focused) !== undefined
  const end = (box: Box): Box => (isInside && isIn(box.id, focused.id, shown) ? box : (vpc(box) ?? box))
  const ends = new Map<string, Box>()
  const links = flows.flatMap(({ from, to, all }) => {
    const isCrossing = vpc(from) !== vpc(to)
    const [a, b] = isCrossing ? [end(from), end(to)] : [from, to]
    ends.set(a.id, a).set(b.id, b)
    return all.map((link) => ({ from: a.id, to: b.id, link }))
  })
  return joined(links, (id) => ends.get(id)).map(({ from, to, all }) => ({
    from,
    to,
    all: all.map(({ link }) => link),
  }))
}

const OUTSIDE: ReadonlySet<string> = new Set(['internet', 'onprem', 'aws-services'])
const MOST_OUTWARD = 24

/** What each thing stands in when it is not shown itself. */
export const holdersIn = (scene: Scene): ReadonlyMap<string, string> => {
  const holders = new Map<string, string>()
  for (const account of scene.accounts)
    for (const region of account.regions) {
      const regionId = regionBoxId(account.id, region.name)
      holders.set(regionId, accountBoxId(account.id))
      for (const vpc of region.vpcs) {
        holders.set(vpc.id, regionId)
        for (const { id } of vpc.edge) holders.set(id, vpc.id)
        for (const { id } of vpc.tiers) holders.set(id, vpc.id)
        for (const subnet of vpc.subnets) {
          holders.set(subnet.id, vpc.id)
          for (const { id } of subnet.lots) holders.set(id, subnet.id)
        }
      }
    }
  for (const { id, kind } of scene.between) holders.set(id, `many ${kind}`)
  return holders
}

const isIn = (id: string, outer: string, shown: ReadonlyMap<string, Box>): boolean => {
  let at: string | undefined = id
  while (at !== undefined && at !== outer) at = shown.get(at)?.parent
  return at !== undefined
}

interface Joined<T> {
  readonly from: Box
  readonly to: Box
  readonly all: readonly T[]
}

const joined = <T extends { readonly from: string; readonly to: string }>(
  links: readonly T[],
  seen: (id: string) => Box | undefined,
): readonly Joined<T>[] => {
  const pairs = new Map<string, { from: Box; to: Box; all: T[] }>()
  for (const link of links) {
    const [from, to] = [seen(link.from), seen(link.to)]
    if (!from || !to || from === to) continue
    const key = `${from.id} ${to.id}`
    const known = pairs.get(key)
    if (known) known.all.push(link)
    else pairs.set(key, { from, to, all: [link] })
  }
  return [...pairs.values()]
}

/** The surest of all that it stands for. */
const flowLine = (from: Box, to: Box, all: readonly FlowLink[]): Line => {
  // A change is what one looks for.
  const weight = ({ verdict, change }: FlowLink): number =>
    SURENESS[verdict] + (change === undefined ? 0 : CHANGES[change])
  const [first, ...rest] = all.toSorted((a, b) => weight(a) - weight(b))
  const breaks = [...new Set(all.flatMap((each) => each.breaks ?? []))]
  // What goes there plainly as well is said to.
  const { byNatOrEndpoint: _, ...plain } = first!
  const isPlain = all.some((each) => weight(each) === weight(first!) && !each.byNatOrEndpoint)
  const surest = isPlain ? plain : first!
  const flow = {
    ...(rest.length === 0 ? surest : { ...surest, packets: [], pairs: '' }),
    ...(breaks.length > 0 && { breaks }),
  }
  const curve = curveOf(from, to)
  return { id: `flow ${from.id} ${to.id}`, role: 'flow', from: from.id, to: to.id, ...curve, count: all.length, flow }
}

const SURENESS: Readonly<Record<FlowLink['verdict'], number>> = {
  reachable: 0,
  conditional: 1,
  'one-way': 2,
  unknown: 3,
} satisfies Omit<Record<Verdict, number>, 'unreachable'>

const CHANGES: Readonly<Record<Change, number>> = { opened: 0, closed: 10, same: 20 }

/** `tcp 8443 +1`; how many, where it stands for several. */
export const lineLabel = ({ role, count, flow }: Line): string => {
  if (role === 'attachment' || !flow) return count > 1 ? `×${count}` : ''
  const mark = flow.breaks ? '▲ ' : ''
  if (count > 1) return `${mark}${count} tier pairs`
  const sign = flow.change === 'opened' ? '+ ' : flow.change === 'closed' ? '− ' : ''
  const [first = '', ...rest] = flow.packets
  const short = first.length > LONGEST ? shortened(first) : first
  return `${mark}${sign}${short}${rest.length === 0 ? '' : ` +${rest.length}`}`
}

/** Of flows that get nowhere without them. */
export const BY_NAT_OR_ENDPOINT = 'via NAT or endpoint'

const LONGEST = 22

/** Rather a clause less than half of one: `tcp 443, …`. */
const shortened = (words: string): string => {
  const start = words.slice(0, LONGEST - 1)
  const clause = start.lastIndexOf(', ')
  return clause > 0 ? `${start.slice(0, clause)}, …` : `${start}…`
}

/** The same for where nobody hovers and no legend is near. */
export const lineWords = (line: Line): string => {
  const { breaks, byNatOrEndpoint, change, verdict = 'reachable' } = line.flow ?? {}
  const said = [
    ...(verdict === 'reachable' ? [] : [verdict]),
    ...(byNatOrEndpoint ? [BY_NAT_OR_ENDPOINT] : []),
    ...(breaks ? ['breaks a rule'] : []),
    ...(change === 'opened' || change === 'closed' ? [change] : []),
  ]
  return `${lineLabel(line)}${said.length === 0 ? '' : ` (${said.join(', ')})`}`
}
