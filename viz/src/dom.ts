/** Elements made of words. Text of others only ever becomes a text node, with characters that cannot be seen or turn the direction of reading
 *  shown by their code: nothing in a Name or a tag can be markup. */
import { harmless } from '../../src/analysis/harmless.ts'

export type Child = Node | string | false | undefined | readonly Child[]

type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>

/** `onclick` and the like take listeners; `true` sets an attribute without a value, `false` and undefined none. */
export const h = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value))
  }
  append(element, children)
  return element
}

const append = (element: Element, children: readonly Child[]): void => {
  for (const child of children) {
    if (child === undefined || child === false) continue
    if (typeof child === 'string') element.append(harmless(child))
    else if (child instanceof Node) element.append(child)
    else append(element, child)
  }
}

export const byId = <T extends HTMLElement = HTMLElement>(id: string): T => {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found as T
}

export const all = <T extends HTMLElement = HTMLElement>(selector: string): readonly T[] => [
  ...document.querySelectorAll<T>(selector),
]

/** Told to screen readers. */
export const announce = (text: string): void => {
  byId('live').textContent = harmless(text)
}
