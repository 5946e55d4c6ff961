/** What the page shows, all of it in the address: a link to it shows the same to somebody else, and back and forward work. */

export interface State {
  readonly view: 'map' | 'matrix'
  /** Which of the lists beside the map. */
  readonly list: 'estate' | 'findings' | 'changes'
  /** `reach` from one to the other; `from` and `to`: everything that the place reaches, or that reaches it. */
  readonly ask: 'reach' | 'from' | 'to' | 'blast'
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly port: string
  /** The box that was chosen last. */
  readonly chosen: string
  /** Boxes whose state differs from that at first: ids. */
  readonly toggled: readonly string[]
  readonly snapshot: number | undefined
  readonly finding: string
  readonly theme: '' | 'light' | 'dark'
  readonly by: string
  /** Where the reader moved the map to: its middle and its scale; empty while the page chooses. */
  readonly camera: string
}

export const START: State = {
  view: 'map',
  list: 'estate',
  ask: 'reach',
  from: '',
  to: '',
  protocol: '',
  port: '',
  chosen: '',
  toggled: [],
  snapshot: undefined,
  finding: '',
  theme: '',
  by: 'tier',
  camera: '',
}

export const stateOf = (hash: string): State => {
  const words = new URLSearchParams(hash.replace(/^#/, ''))
  const word = (name: string): string => words.get(name) ?? ''
  const one = <T extends string>(name: string, of: readonly T[], otherwise: T): T =>
    of.find((each) => each === word(name)) ?? otherwise
  const snapshot = Number(words.get('snapshot') ?? Number.NaN)
  return {
    view: one('view', ['map', 'matrix'], 'map'),
    list: one('list', ['estate', 'findings', 'changes'], 'estate'),
    ask: one('ask', ['reach', 'from', 'to', 'blast'], 'reach'),
    from: word('from'),
    to: word('to'),
    protocol: word('protocol'),
    port: word('port'),
    chosen: word('chosen'),
    toggled: words.getAll('box'),
    snapshot: Number.isInteger(snapshot) && snapshot >= 0 ? snapshot : undefined,
    finding: word('finding'),
    theme: one('theme', ['', 'light', 'dark'], ''),
    by: word('by') || 'tier',
    camera: word('camera'),
  }
}

/** Only what differs from the start, in one order: the same state is the same link. */
export const hashOf = (state: State): string => {
  const words = new URLSearchParams()
  for (const name of [
    'view',
    'list',
    'ask',
    'from',
    'to',
    'protocol',
    'port',
    'chosen',
    'finding',
    'theme',
    'by',
    'camera',
  ] as const)
    if (state[name] !== START[name]) words.set(name, state[name])
  for (const id of state.toggled) words.append('box', id)
  if (state.snapshot !== undefined) words.set('snapshot', String(state.snapshot))
  return words.toString()
}
