/** The page: reads the file's own data, draws the map, and keeps map, lists, answer and address in step. Whatever is shown follows from the
 *  state in the address and from the file. */
import { blastMarkdown } from '../../src/report/blast-markdown.ts'
import { MAP_ELEMENTS, type MapData, type MapSnapshot } from '../../src/report/map-data.ts'
import { matrixMarkdown, reachAllMarkdown } from '../../src/report/matrix-markdown.ts'
import { reachMarkdown } from '../../src/report/reach-markdown.ts'
import type { PacketWords } from '../../src/analysis/packet-words.ts'
import { elementsIn, layout, type Open, openAtFirst } from '../../src/scene/layout.ts'
import type { Box, Picture } from '../../src/scene/picture.ts'
import { holdersIn } from '../../src/scene/lines.ts'
import type { FlowLink, Scene } from '../../src/scene/scene.ts'
import type { ThemeName } from '../../src/scene/palette.ts'
import { pictureSvg } from '../../src/report/picture-svg.ts'
import { type Breach, breakingFlows } from '../../src/scene/flows.ts'
import { breachesIn } from './breaches.ts'
import { changesList } from './changes.ts'
import { comparedAt, presenceAt } from './history.ts'
import { unionOf } from '../../src/scene/union.ts'
import { blastAnswer, reachAllAnswer, reachAnswer } from './answer.ts'
import { makeCanvas, type PathStep } from './canvas.ts'
import { combobox } from './combobox.ts'
import { decoded, inflated } from './compressed.ts'
import { all, announce, byId, type Child, h } from './dom.ts'
import { EngineError, startEngine } from './engine-client.ts'
import { findingAnswer, findingsList } from './findings.ts'
import { keysDialog, type KeyTable, onKeys, onKeysAnywhere } from './keys.ts'
import { legend } from './legend.ts'
import { matrixTable } from './matrix-table.ts'
import { membersPanel, placePanel, welcomePanel } from './panels.ts'
import { pathOf } from './path.ts'
import { save } from './save.ts'
import { hashOf, START, type State, stateOf } from './state.ts'
import { type Tab, tabBar } from './tabs.ts'
import { makeTree } from './tree.ts'
import type { Answers, DeclaredTiers, Facts, Places } from './protocol.ts'
import type { Finding } from '../../src/policy/finding.ts'

/** Never more than these in the picture. */
const MOST_ELEMENTS = 2000
/** Milliseconds without a move after which the place is kept. */
const STILL_FOR = 250
/** At first fewer, so that there is room to open more. */
const MOST_AT_FIRST = 1500

const start = async (): Promise<void> => {
  const data = JSON.parse(await textOf(MAP_ELEMENTS.data)) as MapData
  const packed = data.snapshots.map((_, index) => byId(MAP_ELEMENTS.snapshot(index)).textContent)
  const engine = startEngine(byId(MAP_ELEMENTS.engine).textContent, {
    snapshots: packed,
    tiers: data.snapshots.map(declaredIn),
  })
  const last = data.snapshots.length - 1
  let state: State = stateOf(location.hash)
  let picture: Picture = { boxes: [], lines: [], flowsLeftOut: 0, bounds: { x: 0, y: 0, width: 0, height: 0 } }
  let places: Places = {}
  /** What can be exported of the answer. */
  let markdown: (() => string) | undefined
  let facts: Facts | undefined
  let isWhole = false
  let path: readonly PathStep[] = []
  const recent: string[] = []
  const firsts = new Map<number, Open>()
  const flows = new Map<string, readonly FlowLink[]>()

  const snapshotAt = (): number => Math.min(state.snapshot ?? last, last)
  const unions = new Map<number, Scene>()
  /** All snapshots in one picture: what is not in this one stands where it stands in others. */
  const sceneAt = (): Scene => {
    const at = snapshotAt()
    let scene = unions.get(at)
    if (!scene) {
      const scenes = data.snapshots.map((each) => each.scene)
      unions.set(at, (scene = scenes.length === 1 ? scenes[0]! : comparedAt(data.snapshots, unionOf(scenes, at), at)))
    }
    return scene
  }
  const breaches = new Map<number, readonly Breach[]>()
  const breachesNow = (): readonly Breach[] => {
    const at = snapshotAt()
    let found = breaches.get(at)
    if (!found) breaches.set(at, (found = breachesIn(data.snapshots[at]!, sceneAt())))
    return found
  }
  const themeNow = (): ThemeName =>
    state.theme === '' ? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') : state.theme
  const packetsNow = (): PacketWords => ({
    ...(state.protocol !== '' && { protocol: state.protocol }),
    ...(state.port !== '' && { port: state.port }),
  })
  const ask = <K extends Parameters<typeof engine.ask>[0]>(kind: K, question: Parameters<typeof engine.ask<K>>[1]) =>
    engine.ask(kind, question, { snapshot: snapshotAt(), progress })

  // ---- state

  const go = (change: Partial<State>): void => {
    const hash = hashOf({ ...state, ...change })
    if (hash === location.hash.slice(1)) return
    location.hash = hash
  }
  const quietly = (change: Partial<State>): void => {
    state = { ...state, ...change }
    location.replace(`#${hashOf(state)}`)
  }
  const openNow = (): Open => {
    let first = firsts.get(snapshotAt())
    if (!first) firsts.set(snapshotAt(), (first = openAtFirst(sceneAt(), MOST_AT_FIRST)))
    const open = new Set(first)
    for (const id of state.toggled) if (!open.delete(id)) open.add(id)
    return open
  }
  const toggled = (ids: readonly string[]): readonly string[] => {
    const next = new Set(state.toggled)
    for (const id of ids) if (!next.delete(id)) next.add(id)
    return [...next].sort()
  }
  /** Opens or closes; of what was opened before, the oldest is closed again where the picture would grow too large. */
  const toggle = (id: string): void => {
    const open = openNow()
    if (open.has(id)) {
      announce(`${titleOf(id)} closed`)
      return go({ toggled: toggled([id]) })
    }
    announce(`${titleOf(id)} opened`)
    go({ toggled: toggled([id, ...tooMany(new Set([...open, id]), new Set([id, ...around(id)]))]) })
  }
  /** What to close so that there is not too much to draw. */
  const tooMany = (open: Open, kept: ReadonlySet<string>): readonly string[] => {
    const still = new Set(open)
    const closed: string[] = []
    const candidates = [...recent, ...[...open].filter((id) => !recent.includes(id))].filter(
      (id) => still.has(id) && !kept.has(id),
    )
    while (elementsIn(layout(sceneAt(), still)) > MOST_ELEMENTS) {
      // Several at a time: each try lays the picture out.
      const some = candidates.splice(0, 8)
      if (some.length === 0) break
      for (const id of some) {
        still.delete(id)
        closed.push(id)
      }
    }
    for (const id of kept) if (open.has(id)) recent.push(id)
    return closed
  }
  const around = (id: string): readonly string[] => {
    const holders = holdersIn(sceneAt())
    const found: string[] = []
    for (let at = holders.get(id); at !== undefined; at = holders.get(at)) found.push(at)
    return found
  }
  /** Opens what these stand in, so that they can be seen. */
  const reveal = (chains: readonly (readonly string[])[]): void => {
    const open = openNow()
    const closed = [...new Set(chains.flatMap((chain) => chain.slice(1)))].filter((id) => canOpen(id) && !open.has(id))
    if (closed.length === 0) return
    const all = new Set([...open, ...closed])
    quietly({ toggled: toggled([...closed, ...tooMany(all, new Set(closed))]) })
    drawMap()
  }
  const canOpen = (id: string): boolean => /^(?:account:|vpc-|subnet-)/.test(id)
  const shownOf = (chain: readonly string[] | undefined): string | undefined => {
    const boxes = new Set(picture.boxes.map(({ id }) => id))
    return chain?.find((id) => boxes.has(id))
  }
  /** The box that a path runs through: not one around it that is open. */
  const stopOf = (resource: string): string | undefined => {
    const id = shownOf(places[resource])
    return id !== undefined && picture.boxes.find((box) => box.id === id)?.isOpen === true ? undefined : id
  }
  const titleOf = (id: string): string => picture.boxes.find((box) => box.id === id)?.title ?? id

  // ---- what is clicked

  const selectorOf = (box: Pick<Box, 'id' | 'role'>): string | undefined =>
    box.role === 'region' || box.role === 'zone' || box.role === 'band' || box.role === 'more' ? undefined : box.id
  const choose = (box: Pick<Box, 'id' | 'role'>, isMore: boolean): void => {
    const selector = selectorOf(box)
    if (box.role === 'more') return void showMembers(box.id.slice('more '.length))
    if (selector === undefined) return
    const isSecond =
      state.from !== '' && selector !== state.from && (isMore || (state.to === '' && state.ask === 'reach'))
    if (isSecond) return go({ to: selector, ask: 'reach', chosen: box.id, finding: '' })
    go({ from: selector, to: '', ask: 'reach', chosen: box.id, finding: '' })
  }
  let moving: ReturnType<typeof setTimeout> | undefined
  const canvas = makeCanvas(
    byId('canvas'),
    {
      chosen: choose,
      toggled: ({ id }) => toggle(id),
      line: (id) => {
        const line = picture.lines.find((each) => each.id === id)
        if (line?.role === 'flow') go({ from: line.from, to: line.to, ask: 'reach', chosen: line.to })
      },
      nothing: () => {
        if (state.from + state.to + state.chosen + state.finding !== '')
          go({ from: '', to: '', chosen: '', ask: 'reach', finding: '' })
      },
      moved: () => {
        clearTimeout(moving)
        moving = setTimeout(() => {
          state = { ...state, camera: canvas.camera() }
          // In place: moving the map is no step to go back to.
          history.replaceState(undefined, '', `#${hashOf(state)}`)
        }, STILL_FOR)
      },
      hover: (words, { x, y }) => {
        const tip = byId('tip')
        tip.hidden = words === undefined
        if (words === undefined) return
        tip.replaceChildren(h('span', {}, words))
        tip.style.left = `${Math.min(x + 14, byId('stage').clientWidth - 330)}px`
        tip.style.top = `${y + 14}px`
      },
    },
    themeNow(),
  )
  const tree = makeTree(byId('tree'), {
    chosen: (id, isMore) => {
      const box = picture.boxes.find((each) => each.id === id)
      choose(box ?? { id, role: 'lot' }, isMore)
      canvas.show([id])
    },
    toggled: toggle,
  })

  // ---- drawing

  let drawnKey = ''
  const flowsKey = (): string => `${snapshotAt()} ${state.protocol} ${state.port}`
  const drawMap = (): void => {
    const open = openNow()
    const key = [flowsKey(), [...open].join(), state.chosen, flows.has(flowsKey())].join('|')
    if (key !== drawnKey) {
      drawnKey = key
      const scene = sceneAt()
      const known =
        flows.get(flowsKey()) ??
        (state.protocol + state.port === '' ? scene.flows : undefined) ??
        flows.get(`${flowsKey()} ${vpcOf(state.chosen) ?? ''}`)
      picture = layout({ ...scene, flows: breakingFlows(known ?? [], breachesNow()) }, open, { focus: state.chosen })
      canvas.draw(picture)
      canvas.presence(presenceAt(data.snapshots, snapshotAt()))
      byId('legend').replaceChildren(...legend(picture, themeNow()))
      tree.draw(scene, open, state.chosen)
    }
    canvas.mark(shownOf(chainOf(state.from)), shownOf(chainOf(state.to)))
  }
  const chainOf = (selector: string): readonly string[] | undefined =>
    selector === '' ? undefined : (places[selector] ?? [selector, ...around(selector)])
  const clicked = (selector: string): readonly string[] | undefined =>
    holdersIn(sceneAt()).has(selector) || /^(?:account:|vpc:)/.test(selector)
      ? [selector, ...around(selector)]
      : undefined
  const vpcOf = (id: string): string | undefined => [id, ...around(id)].find((each) => each.startsWith('vpc-'))

  /** Flows that the file does not hold: those of a filter, and in large estates those of the VPC that is looked at. */
  const fetchFlows = async (): Promise<void> => {
    const scene = sceneAt()
    const isFiltered = state.protocol + state.port !== ''
    const vpc = scene.flows ? undefined : vpcOf(state.chosen)
    if ((scene.flows && !isFiltered) || (!scene.flows && vpc === undefined)) return
    const key = vpc === undefined ? flowsKey() : `${flowsKey()} ${vpc}`
    if (flows.has(key)) return
    try {
      flows.set(key, await ask('flows', { ...(vpc !== undefined && { vpc }), packets: packetsNow() }))
      drawnKey = ''
      drawMap()
    } catch (error) {
      announce(messageOf(error))
    }
  }

  // ---- answers

  const panel = byId('answer')
  const put = (...children: readonly Child[]): void => panel.replaceChildren(h('div', {}, children))
  const progress = (done: number, of: number): void => {
    const bar = panel.querySelector('progress')
    if (bar) bar.value = done / Math.max(1, of)
  }
  const waiting = (words: string): void =>
    put(h('p', { class: 'quiet' }, words), h('progress', { max: 1, 'aria-label': words }))
  const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
  const failed = (error: unknown): void => {
    const hint = error instanceof EngineError ? error.hint : undefined
    put(
      h(
        'div',
        { class: 'error', role: 'alert' },
        h('p', {}, messageOf(error)),
        hint !== undefined && h('p', { class: 'small' }, hint),
      ),
      buttons(),
    )
    announce(messageOf(error))
  }
  const show = (resource: string): void => {
    const chain = places[resource]
    if (!chain || chain.length === 0) return announce(`${resource} has no place of its own on the map`)
    reveal([chain])
    const id = shownOf(chain)
    if (id !== undefined) canvas.show([id])
    pane('map')
  }
  const actions = {
    show,
    ask: ({ from, to }: { readonly from: string; readonly to: string }) =>
      go({ from, to, ask: 'reach', view: 'map', chosen: '', finding: '' }),
  }

  let answeredKey = ''
  const answer = async (): Promise<void> => {
    const { from, to, ask: kind, chosen } = state
    const key = JSON.stringify([
      from,
      to,
      kind,
      state.finding,
      state.protocol,
      state.port,
      snapshotAt(),
      from === '' || to === '' ? chosen : '',
      isWhole,
    ])
    if (key === answeredKey) return
    answeredKey = key
    markdown = undefined
    path = []
    const isCurrent = (): boolean => answeredKey === key
    const lit = (ids: readonly string[]): void => {
      drawMap()
      canvas.light(new Set(ids))
      canvas.path(path)
    }
    try {
      const finding = findingNow()
      if (finding) return showFinding(finding, lit)
      if (from === '') {
        welcome()
        return lit([])
      }
      if (kind !== 'reach') {
        waiting(kind === 'blast' ? 'Walking over stepping stones' : 'Asking about everything')
        await (kind === 'blast'
          ? blastFrom(from, isCurrent, lit)
          : reachAll(kind === 'from' ? from : to || from, kind, isCurrent, lit))
        return
      }
      if (to === '') {
        waiting('Looking it up')
        facts = await ask('thing', { id: from })
        if (!isCurrent()) return
        chosenPanel(from)
        return lit([])
      }
      waiting('Computing')
      const { result, places: found, ends } = await ask('reach', { from, to, packets: packetsNow() })
      if (!isCurrent()) return
      // What was clicked is where it was clicked.
      places = { ...places, ...found, [from]: clicked(from) ?? ends.from, [to]: clicked(to) ?? ends.to }
      markdown = () => reachMarkdown(result)
      put(reachAnswer(result, actions, { isWhole, title: `${long(from)} → ${long(to)}` }), buttons())
      announce(`${result.verdict}: ${from} to ${to}`)
      reveal([chainOf(from) ?? [], chainOf(to) ?? []])
      drawMap()
      path = pathOf(result, { from: chainOf(from), to: chainOf(to) }, stopOf, shownOf)
      const shownEnds = [shownOf(chainOf(from)), shownOf(chainOf(to))].flatMap((id) => id ?? [])
      lit([...new Set([...shownEnds, ...path.flatMap((step) => [step.from, step.to])])])
    } catch (error) {
      if (isCurrent()) failed(error)
    }
  }
  const checkNow = () => data.snapshots[snapshotAt()]!.check
  const findingNow = (): Finding | undefined =>
    state.finding === ''
      ? undefined
      : checkNow()?.result.findings.find(({ fingerprint }) => fingerprint === state.finding)
  const showFinding = (finding: Finding, lit: (ids: readonly string[]) => void): void => {
    const { result, places: found } = checkNow()!
    places = { ...places, ...found }
    put(
      findingAnswer(
        finding,
        result.rules.find(({ id }) => id === finding.rule),
        actions,
      ),
    )
    announce(`${finding.severity}: ${finding.title}`)
    const { witness, resource } = finding
    const ends = [witness?.from.id, witness?.to.id, resource?.id].flatMap((id) => (id === undefined ? [] : [id]))
    reveal(ends.map((id) => chainOf(id) ?? []))
    drawMap()
    path = witness
      ? pathOf(
          { witness, verdict: finding.verdict ?? 'reachable' },
          { from: chainOf(witness.from.id), to: chainOf(witness.to.id) },
          stopOf,
          shownOf,
        )
      : []
    const boxes = [
      ...new Set([
        ...ends.flatMap((id) => shownOf(chainOf(id)) ?? []),
        ...path.flatMap((step) => [step.from, step.to]),
      ]),
    ]
    lit(boxes)
    canvas.show(boxes)
  }
  const reachAll = async (
    place: string,
    side: 'from' | 'to',
    isCurrent: () => boolean,
    lit: (ids: readonly string[]) => void,
  ): Promise<void> => {
    const { result, places: found } = await ask('reach-all', { place, side, packets: packetsNow() })
    if (!isCurrent()) return
    places = { ...places, ...found }
    markdown = () => reachAllMarkdown(result)
    put(reachAllAnswer(result, actions), buttons())
    announce(`${result.verdict}: ${result.totals.cells} groups`)
    const reached = result.cells
      .filter(({ verdict }) => verdict !== 'unreachable')
      .map((cell) => (side === 'from' ? cell.to : cell.from))
    lit([...reached, place].flatMap((id) => shownOf(chainOf(id)) ?? []))
  }
  const blastFrom = async (
    from: string,
    isCurrent: () => boolean,
    lit: (ids: readonly string[]) => void,
  ): Promise<void> => {
    const { result, places: found } = await ask('blast', { from, packets: packetsNow() })
    if (!isCurrent()) return
    places = { ...places, ...found }
    markdown = () => blastMarkdown(result)
    put(blastAnswer(result, actions), buttons())
    announce(`${result.totals.reached} interfaces reached`)
    const links = result.targets.flatMap(({ ways }) => ways.flatMap(({ chain }) => chain))
    path = [
      ...new Map(
        links.flatMap((link): (readonly [string, PathStep])[] => {
          const [a, b] = [shownOf(chainOf(link.from.id)), shownOf(chainOf(link.to.id))]
          return a === undefined || b === undefined || a === b
            ? []
            : [[`${a} ${b}`, { from: a, to: b, leg: 'forward', number: '' }]]
        }),
      ).values(),
    ]
    lit([
      ...new Set([
        ...path.flatMap((step) => [step.from, step.to]),
        ...[shownOf(chainOf(from))].flatMap((id) => id ?? []),
      ]),
    ])
  }
  const buttons = (): Child => {
    const { from, to, ask: kind } = state
    const button = (words: string, change: Partial<State>): Child =>
      h('button', { type: 'button', onclick: () => go(change) }, words)
    return h(
      'div',
      { class: 'actions' },
      kind === 'reach' && to !== '' && button('The other way', { from: to, to: from }),
      kind === 'reach' &&
        to !== '' &&
        !isWhole &&
        h('button', { type: 'button', onclick: () => again(true) }, 'Every detail'),
      from !== '' && !(kind === 'from') && button(`What ${short(from)} reaches`, { ask: 'from', to: '' }),
      from !== '' && !(kind === 'to') && button(`What reaches ${short(from)}`, { ask: 'to', to: '' }),
      from !== '' && !(kind === 'blast') && button(`Stepping stones from ${short(from)}`, { ask: 'blast', to: '' }),
      markdown !== undefined &&
        h('button', { type: 'button', onclick: () => void exported('markdown') }, 'Save as Markdown'),
    )
  }
  const again = (whole: boolean): void => {
    isWhole = whole
    void answer()
  }
  /** A tier of a VPC by the Name of the VPC. */
  const long = (selector: string): string => {
    const [, vpc, tier] = /^vpc:(vpc-[^/]+)\/(.+)$/.exec(selector) ?? []
    return vpc === undefined ? selector : `${titleOf(vpc)}/${tier}`
  }
  const short = (selector: string): string => {
    const title = long(titleOf(selector))
    return title.length > 26 ? `${title.slice(0, 25)}…` : title
  }
  const chosenPanel = (selector: string): void => {
    const box = picture.boxes.find(({ id }) => id === selector)
    put(placePanel(selector, { facts, box, toggle, buttons: buttons() }))
  }
  const showMembers = async (subnet: string): Promise<void> => {
    waiting('Listing interfaces')
    const members = await ask('members', { subnet })
    put(membersPanel(titleOf(subnet), members, (id) => choose({ id, role: 'lot' }, false)))
    answeredKey = ''
    pane('answer')
  }
  const welcome = (): void => put(welcomePanel(data.snapshots[snapshotAt()]!, data.madeBy))

  // ---- lists

  let listKey = ''
  const drawLists = (): void => {
    const check = checkNow()
    const { changes } = data.snapshots[snapshotAt()]!
    const lists: readonly Tab[] = [
      { name: 'estate', label: 'Estate' },
      ...(changes
        ? [{ name: 'changes' as const, label: `Changes (${changes.changes.length.toLocaleString('en')})` }]
        : []),
      ...(check
        ? [{ name: 'findings' as const, label: `Findings (${check.result.findings.length.toLocaleString('en')})` }]
        : []),
    ]
    const key = `${snapshotAt()} ${state.list} ${state.finding}`
    if (key === listKey) return
    listKey = key
    byId('tabs').replaceChildren(...tabBar(lists, state.list, (list) => go({ list })))
    for (const name of ['estate', 'findings', 'changes']) byId(`${name}-pane`).hidden = name !== state.list
    if (changes)
      byId('changes-pane').replaceChildren(
        h(
          'div',
          {},
          changesList(
            changes,
            { before: data.snapshots[snapshotAt() - 1]!.label, after: data.snapshots[snapshotAt()]!.label },
            actions.ask,
          ),
        ),
      )
    if (check)
      byId('findings-pane').replaceChildren(
        h(
          'div',
          {},
          findingsList(check.result, state.finding, (finding) => {
            go({ finding: finding.fingerprint, from: '', to: '', chosen: '', ask: 'reach', view: 'map', camera: '' })
            pane('map')
          }),
        ),
      )
  }

  /** Several snapshots: which of them is looked at. */
  const drawTimeline = (): void => {
    byId('timeline').hidden = last === 0
    const slider = byId<HTMLInputElement>('snapshot')
    slider.max = String(last)
    slider.value = String(snapshotAt())
    const { label, collectedAt } = data.snapshots[snapshotAt()]!
    const words = `${label}${collectedAt === undefined ? '' : `, ${collectedAt}`} (${snapshotAt() + 1} of ${last + 1})`
    slider.setAttribute('aria-valuetext', words)
    byId('snapshot-label').replaceChildren(words)
  }

  // ---- matrix

  let tableKey = ''
  const matrices = new Map<string, Answers['matrix']>()
  const drawMatrix = async (): Promise<void> => {
    const stage = byId('matrix')
    const key = `${flowsKey()} ${state.by}`
    if (key === tableKey) return
    tableKey = key
    const isPlain = state.protocol + state.port === '' && state.by === 'tier'
    try {
      let result = matrices.get(key) ?? (isPlain ? data.snapshots[snapshotAt()]!.matrix : undefined)
      if (!result) {
        stage.replaceChildren(byWhat(), h('p', { class: 'quiet' }, 'Asking about all pairs'))
        result = await ask('matrix', { by: state.by, packets: packetsNow() })
      }
      if (tableKey !== key) return
      matrices.set(key, result)
      const found = result
      if (state.view === 'matrix' && state.from === '') markdown = () => matrixMarkdown(found)
      stage.replaceChildren(byWhat(), h('div', {}, matrixTable(result, actions.ask)))
    } catch (error) {
      stage.replaceChildren(byWhat(), h('p', { class: 'error' }, messageOf(error)))
    }
  }
  const byWhat = (): HTMLElement =>
    h(
      'div',
      { class: 'toolbar' },
      h(
        'div',
        { class: 'field' },
        h('label', { for: 'by' }, 'Grouped by'),
        h(
          'select',
          { id: 'by', onchange: (event) => go({ by: (event.target as HTMLSelectElement).value }) },
          ['tier', 'vpc-tier', 'subnet', 'vpc', 'account', 'security-group'].map((by) =>
            h('option', { value: by, selected: by === state.by }, by),
          ),
        ),
      ),
    )

  // ---- the frame around

  const pane = (name: string): void => {
    document.body.dataset['pane'] = name
    for (const button of all<HTMLButtonElement>('[data-pane-of]'))
      button.setAttribute('aria-current', String(button.dataset['paneOf'] === name))
    if (name === 'map') canvas.resized()
  }
  const field = { from: byId<HTMLInputElement>('from'), to: byId<HTMLInputElement>('to') }
  const find = (text: string) => ask('search', { text, most: 30 }).catch(() => [])
  const boxes = {
    from: combobox(field.from, byId('from-list'), find, (found) => taken('from', found?.boxes)),
    to: combobox(field.to, byId('to-list'), find, (found) => taken('to', found?.boxes)),
  }
  const taken = (side: 'from' | 'to', chain: readonly string[] | undefined): void => {
    const selector = boxes[side].value()
    if (chain) places = { ...places, [selector]: chain }
    submit()
    if (!chain) return
    reveal([chain])
    const id = shownOf(chain)
    if (id !== undefined && boxes.to.value() === '') canvas.show([id])
    if (side === 'from' && boxes.to.value() === '') boxes.to.focus()
  }
  const submit = (): void => {
    go({
      from: boxes.from.value(),
      to: boxes.to.value(),
      protocol: byId<HTMLSelectElement>('protocol').value,
      port: byId<HTMLInputElement>('port').value.trim(),
      ...(boxes.to.value() !== '' && { ask: 'reach' as const }),
      finding: '',
    })
    if (boxes.to.value() !== '') pane('answer')
  }
  const exported = async (what: string): Promise<void> => {
    const name = `ztnet-map-${data.snapshots[snapshotAt()]!.label.replace(/[^\w.-]+/g, '-')}`
    if (what === 'png') save(`${name}.png`, canvas.png())
    else if (what === 'svg')
      save(
        `${name}.svg`,
        new Blob(
          [pictureSvg(picture, { theme: themeNow(), title: name, path: path.flatMap((step) => [step.from, step.to]) })],
          { type: 'image/svg+xml' },
        ),
      )
    else if (what === 'markdown') {
      if (!markdown) return announce('There is no answer to save yet')
      save(`${name}.md`, new Blob([markdown()], { type: 'text/markdown' }))
    } else print()
    byId<HTMLDetailsElement>('export').open = false
    announce(`Saved ${what}`)
  }

  const render = (): void => {
    const theme = themeNow()
    if (document.documentElement.dataset['theme'] !== theme) {
      document.documentElement.dataset['theme'] = theme
      canvas.theme(theme)
      byId('legend').replaceChildren(...legend(picture, theme))
    }
    document.body.dataset['view'] = state.view
    byId('matrix').hidden = state.view !== 'matrix'
    for (const button of all<HTMLButtonElement>('[data-show]'))
      button.setAttribute('aria-pressed', String(button.dataset['show'] === state.view))
    boxes.from.set(state.from)
    boxes.to.set(state.ask === 'reach' ? state.to : '')
    byId<HTMLSelectElement>('protocol').value = state.protocol
    byId<HTMLInputElement>('port').value = state.port
    drawMap()
    drawLists()
    drawTimeline()
    void fetchFlows()
    void answer()
    if (state.view === 'matrix') void drawMatrix()
  }

  addEventListener('hashchange', () => {
    const before = snapshotAt()
    const { camera } = state
    state = stateOf(location.hash)
    isWhole = false
    if (snapshotAt() !== before) places = {}
    render()
    if (state.camera !== camera) canvas.look(state.camera)
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', render)
  byId('question').addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })
  for (const id of ['protocol', 'port']) byId(id).addEventListener('change', submit)
  byId('swap').addEventListener('click', () => go({ from: state.to, to: state.from, ask: 'reach' }))
  const clear = (): void =>
    go({
      ...START,
      theme: state.theme,
      camera: state.camera,
      toggled: state.toggled,
      snapshot: state.snapshot,
      view: state.view,
      list: state.list,
    })
  byId('clear').addEventListener('click', clear)
  byId('snapshot').addEventListener('input', (event) =>
    go({ snapshot: Number((event.target as HTMLInputElement).value) }),
  )
  byId('theme').addEventListener('click', () => go({ theme: themeNow() === 'dark' ? 'light' : 'dark' }))
  for (const button of all<HTMLButtonElement>('[data-show]'))
    button.addEventListener('click', () => go({ view: button.dataset['show'] as State['view'] }))
  for (const button of all<HTMLButtonElement>('[data-pane-of]'))
    button.addEventListener('click', () => pane(button.dataset['paneOf'] ?? 'map'))
  for (const button of all<HTMLButtonElement>('[data-export]'))
    button.addEventListener('click', () => void exported(button.dataset['export'] ?? ''))
  const zooms: Readonly<Record<string, () => void>> = {
    in: () => canvas.zoomBy(1.3),
    out: () => canvas.zoomBy(1 / 1.3),
    all: () => {
      clearTimeout(moving)
      quietly({ camera: '' })
      canvas.showAll()
    },
  }
  for (const button of all<HTMLButtonElement>('[data-zoom]'))
    button.addEventListener('click', () => zooms[button.dataset['zoom'] ?? '']?.())
  const dialog = keysDialog(byId<HTMLDialogElement>('keys'))
  byId('help').addEventListener('click', () => dialog.showModal())
  const keys: KeyTable = {
    ArrowLeft: () => canvas.panBy(60, 0),
    ArrowRight: () => canvas.panBy(-60, 0),
    ArrowUp: () => canvas.panBy(0, 60),
    ArrowDown: () => canvas.panBy(0, -60),
    '+': zooms['in']!,
    '=': zooms['in']!,
    '-': zooms['out']!,
    '0': zooms['all']!,
  }
  onKeys(byId('canvas'), keys)
  const anywhere: KeyTable = {
    '/': () => boxes.from.focus(),
    s: () => byId('swap').click(),
    m: () => go({ view: state.view === 'map' ? 'matrix' : 'map' }),
    e: () => canOpen(state.chosen) && !openNow().has(state.chosen) && toggle(state.chosen),
    c: () => canOpen(state.chosen) && openNow().has(state.chosen) && toggle(state.chosen),
    t: () => byId('tree').querySelector<HTMLElement>('[tabindex="0"]')?.focus(),
    a: () => byId('answer').focus(),
    d: () => byId('theme').click(),
    '?': () => dialog.showModal(),
    Escape: clear,
  }
  onKeysAnywhere(anywhere, dialog)
  addEventListener('resize', () => canvas.resized())

  byId('about').replaceChildren(
    `${data.snapshots[last]!.label}, ${data.snapshots[last]!.interfaces.toLocaleString('en')} interfaces`,
  )
  pane('map')
  // Who compares wants to see what is otherwise.
  if (last > 0 && location.hash === '') quietly({ list: 'changes' })
  render()
  if (state.camera === '') canvas.showAll()
  else canvas.look(state.camera)
  document.documentElement.dataset['ready'] = 'true'
}

/** Tiers that a policy declares, which the snapshot itself does not know. */
const declaredIn = ({ tiersBy, scene }: MapSnapshot): DeclaredTiers | undefined => {
  if (tiersBy === undefined) return undefined
  const subnets = scene.accounts.flatMap(({ regions }) =>
    regions.flatMap(({ vpcs }) => vpcs.flatMap((vpc) => vpc.subnets)),
  )
  return { by: tiersBy, subnets: new Map(subnets.map(({ id, tier }) => [id, tier] as const)) }
}

const textOf = (id: string): Promise<string> => new Response(inflated(decoded(byId(id).textContent))).text()

start().catch((error: unknown) => {
  byId('answer').replaceChildren(
    h(
      'div',
      { class: 'error', role: 'alert' },
      `The map cannot be shown: ${error instanceof Error ? error.message : String(error)}`,
    ),
  )
})
