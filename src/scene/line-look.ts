/** How lines are drawn, in the page and in documents: colour never tells anything alone. */
import { BY_NAT_OR_ENDPOINT } from './lines.ts'
import { DASHES, type Palette } from './palette.ts'
import type { LeftOut, Line, PathStep, Picture } from './picture.ts'
import type { FlowLink } from './scene.ts'

export interface LineLook {
  readonly colour: string
  /** Of its label. */
  readonly text: string
  readonly width: number
  /** Stroke and gap in turn; none: whole. */
  readonly dashes: readonly number[]
  readonly isBold: boolean
  /** Colour of the diamond in the middle of what breaks a rule. */
  readonly diamond?: string
}

export const lineLook = ({ role, flow }: Pick<Line, 'role' | 'flow'>, palette: Palette): LineLook =>
  role === 'attachment' || !flow
    ? { colour: palette.attachment, text: palette.quiet, width: 1.5, dashes: [], isBold: false }
    : flowLook(flow, palette)

/** What of a flow its line shows. */
export type Flow = Pick<FlowLink, 'verdict' | 'byNatOrEndpoint' | 'change' | 'breaks'>

const flowLook = ({ verdict, byNatOrEndpoint, change, breaks }: Flow, palette: Palette): LineLook => {
  const dashes = DASHES[verdict === 'reachable' && byNatOrEndpoint ? 'byNatOrEndpoint' : verdict]
  const { reachable: green, unreachable: red } = palette.verdict
  const marked = breaks && { diamond: red }
  switch (change) {
    case 'opened':
      return { colour: green, text: green, width: 3.5, dashes: [], isBold: true, ...marked }
    case 'closed':
      return { colour: red, text: red, width: 3.5, dashes: [4, 4], isBold: true, ...marked }
    case 'same':
      return {
        colour: palette.attachment,
        text: palette.quiet,
        width: 1.2,
        dashes,
        isBold: false,
        ...marked,
      }
    default: {
      const colour = breaks ? red : palette.verdict[verdict]
      return {
        colour,
        text: colour,
        width: breaks ? 2.8 : 1.8,
        dashes,
        isBold: breaks !== undefined,
        ...marked,
      }
    }
  }
}

/** A step of a packet's way: there it is wide and its steps are numbered, its answer is narrow. */
export const pathLook = ({ leg, breaks }: Pick<PathStep, 'leg' | 'breaks'>, palette: Palette): LineLook => {
  const { reachable: green, unreachable: red } = palette.verdict
  const text = palette.text
  switch (leg) {
    case 'forward':
      return { colour: breaks ? red : green, text, width: 4, dashes: [], isBold: true }
    case 'return':
      return { colour: palette.box.vpc.border, text, width: 2, dashes: [], isBold: true }
    case 'cut':
      return { colour: red, text, width: 4, dashes: DASHES.unreachable, isBold: true }
  }
}

/** All that steps are drawn as. */
export const PATH_STEPS: readonly Pick<PathStep, 'leg' | 'breaks'>[] = [
  { leg: 'forward' },
  { leg: 'forward', breaks: true },
  { leg: 'return' },
  { leg: 'cut' },
]

const pathWords = ({ leg, breaks }: Pick<PathStep, 'leg' | 'breaks'>): string => {
  switch (leg) {
    case 'forward':
      return breaks ? '▲1 the way of a packet that breaks a rule' : '1 the way of the packet'
    case 'return':
      return 'its answer'
    case 'cut':
      return '✕ where it does not get'
  }
}

/** What the lines of a picture mean, of those that are drawn; `path`: the way of a packet over it. */
export const legendOf = (
  { lines, leftOut }: Pick<Picture, 'lines' | 'leftOut'>,
  palette: Palette,
  where: Medium,
  path: readonly PathStep[] = [],
): readonly { readonly words: string; readonly look?: LineLook }[] => {
  const look = (flow: Flow): LineLook => flowLook(flow, palette)
  const has = (test: (flow: FlowLink) => boolean): boolean => lines.some(({ flow }) => flow !== undefined && test(flow))
  const changes = (['opened', 'closed', 'same'] as const).filter((change) => has((flow) => flow.change === change))
  const looks = FLOWS.filter(
    ({ verdict, byNatOrEndpoint }) =>
      changes.length === 0 &&
      has((flow) => flow.verdict === verdict && (verdict !== 'reachable' || flow.byNatOrEndpoint === byNatOrEndpoint)),
  )
  return [
    ...changes.map((change) => ({ words: CHANGES[change], look: look({ verdict: 'reachable', change }) })),
    ...looks.map((flow) => ({ words: wordsOf(flow), look: look(flow) })),
    ...(has(({ breaks }) => breaks !== undefined)
      ? [{ words: '▲ ◆ breaks a rule', look: look({ verdict: 'reachable', breaks: [] }) }]
      : []),
    ...(lines.some(({ role }) => role === 'attachment')
      ? [{ words: 'attached', look: lineLook({ role: 'attachment' }, palette) }]
      : []),
    ...PATH_STEPS.filter(({ leg, breaks }) => path.some((step) => step.leg === leg && step.breaks === breaks)).map(
      (step) => ({ words: pathWords(step), look: pathLook(step, palette) }),
    ),
    ...leftOutWords(leftOut, where).map((words) => ({ words })),
  ]
}

/** `page`: where a box can be chosen. */
export type Medium = 'page' | 'document'

/** What a picture leaves out, and how to see it; nothing where all is drawn. */
export const leftOutWords = ({ breaking, changed, others }: LeftOut, where: Medium): readonly string[] => {
  const flows = (count: number, what: string): readonly string[] =>
    count === 0 ? [] : [`${count.toLocaleString('en')} ${count === 1 ? 'flow' : 'flows'}${what}`]
  const missing = [
    ...flows(breaking, breaking === 1 ? ' that breaks a rule' : ' that break a rule'),
    ...flows(changed, ' that opened or closed'),
    ...flows(others ?? 0, ''),
  ]
  return [
    ...(missing.length > 0 ? [`${missing.join(', ')} not drawn: ${SEEN_IN[where]}`] : []),
    ...(others === undefined ? [`what breaks no rule was not asked: ${ASKED_IN[where]}`] : []),
  ]
}

const SEEN_IN: Readonly<Record<Medium, string>> = {
  page: 'choose a box to see its own',
  document: 'the page of ztnet map shows those of each box that is chosen there',
}
const ASKED_IN: Readonly<Record<Medium, string>> = {
  page: 'choose a VPC to see its flows',
  document: 'the page of ztnet map asks for the flows of each VPC that is chosen there',
}

const CHANGES = { opened: '+ opened', closed: '− closed', same: 'unchanged' } as const

/** All that flows are drawn as where no rule is broken and nothing compared; what tells more stands later. */
export const FLOWS: readonly Flow[] = [
  { verdict: 'reachable' },
  { verdict: 'reachable', byNatOrEndpoint: true },
  { verdict: 'conditional' },
  { verdict: 'one-way' },
  { verdict: 'unknown' },
]

const wordsOf = ({ verdict, byNatOrEndpoint }: Flow): string =>
  byNatOrEndpoint ? `${verdict} ${BY_NAT_OR_ENDPOINT}` : verdict
