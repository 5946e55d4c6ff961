/** The estate as a tree of words beside the map, for screen readers, for the keyboard and for whoever reads lists better: what is open here is
 *  open there. */
import type { Scene, SubnetBox, VpcBox } from '../../src/scene/scene.ts'
import { accountBoxId } from '../../src/scene/scene.ts'
import { KINDS } from '../../src/scene/kinds.ts'
import { h } from './dom.ts'

export interface TreeEvents {
  readonly chosen: (id: string, isMore: boolean) => void
  readonly toggled: (id: string) => void
}

interface Item {
  readonly id: string
  readonly name: string
  readonly detail: string
  /** Made when opened: a large estate is not all in the page. */
  readonly children: () => readonly Item[]
  readonly hasChildren: boolean
  /** Opens with its box on the map. */
  readonly isBox: boolean
}

export interface Tree {
  draw(scene: Scene, open: ReadonlySet<string>, chosen: string): void
}

export const makeTree = (root: HTMLElement, events: TreeEvents): Tree => {
  const opened = new Set<string>()
  let last: readonly [Scene, ReadonlySet<string>, string] | undefined
  const draw = (scene: Scene, open: ReadonlySet<string>, chosen: string): void => {
    last = [scene, open, chosen]
    const focused = root.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset['id']
      : undefined
    root.replaceChildren(...itemsOf(scene).map((item) => element(item, 1, open, chosen)))
    const items = [...root.querySelectorAll<HTMLElement>('[role=treeitem]')]
    const current = items.find((each) => each.dataset['id'] === (focused ?? chosen)) ?? items[0]
    if (current) current.tabIndex = 0
    if (focused !== undefined) current?.focus()
  }
  const isOpen = (item: Item, open: ReadonlySet<string>): boolean =>
    item.isBox ? open.has(item.id) : opened.has(item.id)
  const toggle = (item: Item): void => {
    if (item.isBox) return events.toggled(item.id)
    if (!opened.delete(item.id)) opened.add(item.id)
    if (last) draw(...last)
  }
  const element = (item: Item, level: number, open: ReadonlySet<string>, chosen: string): HTMLElement => {
    const shown = item.hasChildren && isOpen(item, open)
    return h(
      'li',
      {
        role: 'treeitem',
        'aria-level': level,
        'aria-selected': String(item.id === chosen),
        'aria-expanded': item.hasChildren ? String(shown) : undefined,
        'data-id': item.id,
        tabindex: -1,
        onclick: (event) => {
          event.stopPropagation()
          if ((event.target as Element).classList.contains('twist') && item.hasChildren) return toggle(item)
          events.chosen(item.id, (event as MouseEvent).shiftKey)
        },
        onkeydown: (event) => onKey(event as KeyboardEvent, item, shown),
      },
      h(
        'div',
        { class: 'row', title: `${item.name} ${item.id}` },
        h('span', { class: 'twist', 'aria-hidden': 'true' }, item.hasChildren ? (shown ? '▾' : '▸') : ''),
        h('span', { class: 'name' }, item.name),
        item.detail !== '' && h('span', { class: 'small' }, item.detail),
      ),
      shown &&
        h(
          'ul',
          { role: 'group' },
          item.children().map((child) => element(child, level + 1, open, chosen)),
        ),
    )
  }
  const onKey = (event: KeyboardEvent, item: Item, shown: boolean): void => {
    const items = [...root.querySelectorAll<HTMLElement>('[role=treeitem]')]
    const at = items.indexOf(event.currentTarget as HTMLElement)
    const go = (index: number): void => {
      const next = items[index]
      if (!next) return
      for (const each of items) each.tabIndex = -1
      next.tabIndex = 0
      next.focus()
    }
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Home: () => go(0),
      End: () => go(items.length - 1),
      ArrowRight: () => (item.hasChildren && !shown ? toggle(item) : go(at + 1)),
      ArrowLeft: () =>
        shown
          ? toggle(item)
          : go(items.indexOf(items[at]?.parentElement?.closest<HTMLElement>('[role=treeitem]') ?? items[at]!)),
      Enter: () => events.chosen(item.id, event.shiftKey),
      ' ': () => events.chosen(item.id, event.shiftKey),
    }
    const does = keys[event.key]
    if (!does || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    does()
  }
  return { draw }
}

const itemsOf = (scene: Scene): readonly Item[] => [
  ...scene.outside.map(({ id, kind }) => leaf(id, KINDS[kind].words, 'outside')),
  ...scene.accounts.map(({ id, regions }): Item => ({
    id: accountBoxId(id),
    name: `Account ${id}`,
    detail: '',
    hasChildren: true,
    isBox: true,
    children: () => regions.flatMap(({ vpcs }) => vpcs.map(vpcItem)),
  })),
  ...scene.between.map(({ id, kind, name }) => leaf(id, name ?? id, KINDS[kind].words)),
]

const vpcItem = (vpc: VpcBox): Item => ({
  id: vpc.id,
  name: vpc.name ?? vpc.id,
  detail: vpc.cidrs[0] ?? 'VPC',
  hasChildren: true,
  isBox: true,
  children: () => [
    ...vpc.edge.map(({ id, name, kind }) => leaf(id, name ?? id, KINDS[kind].words)),
    ...vpc.tiers.map(({ id, tier, interfaces }): Item => ({
      id,
      name: tier,
      detail: `tier, ${interfaces}`,
      hasChildren: true,
      isBox: false,
      children: () => vpc.subnets.filter((subnet) => subnet.tier === tier).map(subnetItem),
    })),
  ],
})

const subnetItem = (subnet: SubnetBox): Item => ({
  id: subnet.id,
  name: subnet.name ?? subnet.id,
  detail: `${subnet.zone}, ${subnet.interfaces}`,
  hasChildren: subnet.lots.length > 0,
  isBox: true,
  children: () =>
    subnet.lots.map(({ id, name, kind, address, count }) =>
      leaf(id, `${name ?? address ?? id}${count > 1 ? ` ×${count}` : ''}`, KINDS[kind].words),
    ),
})

const leaf = (id: string, name: string, detail: string): Item => ({
  id,
  name,
  detail,
  hasChildren: false,
  isBox: false,
  children: () => [],
})
