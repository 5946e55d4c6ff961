/** A field with completion: what is typed is looked for by the engine; arrows choose, Enter takes, Escape closes. */
import { h } from './dom.ts'
import type { Found } from './protocol.ts'

export interface Combobox {
  value(): string
  set(value: string): void
  focus(): void
}

export const combobox = (
  input: HTMLInputElement,
  list: HTMLElement,
  find: (text: string) => Promise<readonly Found[]>,
  taken: (found: Found | undefined) => void,
): Combobox => {
  let options: readonly Found[] = []
  let at = -1
  let asked = 0
  const close = (): void => {
    list.hidden = true
    input.setAttribute('aria-expanded', 'false')
    input.removeAttribute('aria-activedescendant')
    at = -1
  }
  const choose = (index: number): void => {
    at = index
    for (const [each, element] of [...list.children].entries())
      element.setAttribute('aria-selected', String(each === at))
    const chosen = list.children[at]
    if (!chosen) return
    input.setAttribute('aria-activedescendant', chosen.id)
    chosen.scrollIntoView({ block: 'nearest' })
  }
  const take = (found: Found): void => {
    input.value = found.selector
    close()
    taken(found)
  }
  const look = async (): Promise<void> => {
    const number = ++asked
    const found = await find(input.value)
    if (number !== asked || document.activeElement !== input) return
    options = found
    at = -1
    list.replaceChildren(
      ...found.map((each, index) =>
        h(
          'li',
          {
            role: 'option',
            id: `${list.id}-${index}`,
            'aria-selected': 'false',
            onmousedown: (event) => event.preventDefault(),
            onclick: () => take(each),
          },
          h('div', {}, each.name ?? each.selector),
          h(
            'small',
            {},
            [
              each.kind,
              ...(each.name === undefined ? [] : [each.selector]),
              ...(each.by === undefined ? [] : [each.by]),
            ].join(' · '),
          ),
        ),
      ),
    )
    list.hidden = found.length === 0
    input.setAttribute('aria-expanded', String(found.length > 0))
  }
  input.addEventListener('input', () => void look())
  input.addEventListener('focus', () => {
    input.select()
    void look()
  })
  input.addEventListener('blur', close)
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (list.hidden) return void look()
      choose((at + (event.key === 'ArrowDown' ? 1 : -1) + options.length) % options.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const chosen = options[at]
      if (!list.hidden && chosen) return take(chosen)
      close()
      taken(undefined)
    } else if (event.key === 'Escape' && !list.hidden) {
      event.stopPropagation()
      close()
    }
  })
  return {
    value: () => input.value.trim(),
    set: (value) => {
      input.value = value
    },
    focus: () => input.focus(),
  }
}
