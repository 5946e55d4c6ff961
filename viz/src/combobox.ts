/** A field with completion: what is typed is looked for by the engine, which answers when it can; arrows choose, Enter takes, Escape closes.
 *
 *  A choice belongs to the answer that it was made in. Keys pressed before the answer came are kept with the question, and hold for the answer
 *  when it comes; another letter asks another question, for which they do not hold. */
import { h } from './dom.ts'
import type { Found } from './protocol.ts'

export interface Combobox {
  value(): string
  /** Whether somebody is at it: what is in it is not yet what was asked. */
  isTyping(): boolean
  /** What the address says. What was typed since it said so the last time stands. */
  set(value: string): void
  /** Throws away what was typed. */
  reset(): void
  focus(): void
}

export interface ComboboxEvents {
  /** The answers to what is in the field. */
  readonly find: (text: string) => Promise<readonly Found[]>
  /** Nothing was found: the text is taken as it is. */
  readonly taken: (found: Found | undefined) => void
  /** Something of an answer that has not come yet will be taken. */
  readonly leaving: () => void
}

/** An answer, with the place of what is chosen in it; -1 while nothing is. */
interface Answer {
  readonly options: readonly Found[]
  readonly at: number
}

/** A question under way, with what was pressed since it was asked. */
interface Asked {
  /** Arrows down less arrows up. */
  steps: number
  isTaken: boolean
}

export const combobox = (
  input: HTMLInputElement,
  list: HTMLElement,
  { find, taken, leaving }: ComboboxEvents,
): Combobox => {
  let answer: Answer = { options: [], at: -1 }
  let asked: Asked | undefined
  let said = input.value
  const close = (): void => {
    list.hidden = true
    input.setAttribute('aria-expanded', 'false')
    input.removeAttribute('aria-activedescendant')
    answer = { ...answer, at: -1 }
  }
  const choose = (at: number): void => {
    answer = { ...answer, at }
    for (const [index, element] of [...list.children].entries())
      element.setAttribute('aria-selected', String(index === at))
    const chosen = list.children[at]
    if (!chosen) return input.removeAttribute('aria-activedescendant')
    input.setAttribute('aria-activedescendant', chosen.id)
    chosen.scrollIntoView({ block: 'nearest' })
  }
  const take = (found: Found | undefined): void => {
    asked = undefined
    if (found) input.value = found.selector
    said = input.value.trim()
    close()
    taken(found)
  }
  const show = (options: readonly Found[], at: number): void => {
    answer = { options, at: -1 }
    list.replaceChildren(...options.map((each, index) => optionOf(each, `${list.id}-${index}`, () => take(each))))
    list.hidden = options.length === 0
    input.setAttribute('aria-expanded', String(options.length > 0))
    choose(at)
  }
  const look = async (steps: number): Promise<void> => {
    const question: Asked = { steps, isTaken: false }
    asked = question
    // The choice was made among the answers to another text.
    choose(-1)
    const options = await find(input.value)
    if (asked !== question) return
    asked = undefined
    const at = placeAfter(question.steps, options.length)
    if (question.isTaken) take(options[at])
    else show(options, at)
  }
  const move = (step: 1 | -1): void => {
    if (asked) asked.steps += step
    else if (list.hidden) void look(step)
    else
      choose(answer.at < 0 ? placeAfter(step, answer.options.length) : wrapped(answer.at + step, answer.options.length))
  }
  const enter = (): void => {
    if (!asked || asked.steps === 0) return take(answer.options[answer.at])
    asked.isTaken = true
    leaving()
  }
  input.addEventListener('input', () => void look(0))
  input.addEventListener('focus', () => {
    input.select()
    void look(0)
  })
  input.addEventListener('blur', () => {
    if (asked?.isTaken !== true) asked = undefined
    close()
  })
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      move(event.key === 'ArrowDown' ? 1 : -1)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      enter()
    } else if (event.key === 'Escape' && !list.hidden) {
      event.stopPropagation()
      asked = undefined
      close()
    }
  })
  return {
    value: () => input.value.trim(),
    isTyping: () => document.activeElement === input && input.value.trim() !== said,
    set: (value) => {
      if (value === said) return
      input.value = value
      said = value
    },
    reset: () => {
      input.value = said
    },
    focus: () => input.focus(),
  }
}

/** Where one is in a list after so many steps from outside of it: down enters at its top, up at its end. */
const placeAfter = (steps: number, length: number): number =>
  steps === 0 || length === 0 ? -1 : wrapped(steps > 0 ? steps - 1 : steps, length)

const wrapped = (at: number, length: number): number => ((at % length) + length) % length

const optionOf = (found: Found, id: string, chosen: () => void): HTMLElement =>
  h(
    'li',
    {
      role: 'option',
      id,
      'aria-selected': 'false',
      onmousedown: (event) => event.preventDefault(),
      onclick: chosen,
    },
    h('div', {}, found.name ?? found.selector),
    h(
      'small',
      {},
      [
        found.kind,
        ...(found.name === undefined ? [] : [found.selector]),
        ...(found.by === undefined ? [] : [found.by]),
      ].join(' · '),
    ),
  )
