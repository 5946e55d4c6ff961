/** The form above the map: both ends, protocol and port, as the address has them. */
import type { Address } from './address.ts'
import { combobox } from './combobox.ts'
import { byId } from './dom.ts'
import type { EstateMap } from './estate-map.ts'
import type { LookedAt } from './looked-at.ts'
import { oddityOf, packetWords } from './packet-filter.ts'
import type { Found } from './protocol.ts'

export interface QuestionForm {
  /** What the address says. */
  draw(): void
  /** To the field that one begins with. */
  focus(): void
  /** Throws away what was typed and not asked. */
  reset(): void
}

type Side = 'from' | 'to'

/** As many as anybody reads. */
const MOST_FOUND = 30

export const makeQuestionForm = (
  looked: LookedAt,
  address: Address,
  map: EstateMap,
  showAnswer: () => void,
): QuestionForm => {
  const protocol = byId<HTMLSelectElement>('protocol')
  const port = byId<HTMLInputElement>('port')
  const find = (text: string) => looked.ask('search', { text, most: MOST_FOUND }).catch(() => [])
  /** What somebody is at in another field is not asked yet. */
  const valueOf = (side: Side, taken: Side | undefined): string =>
    side !== taken && fields[side].isTyping() ? address.now()[side] : fields[side].value()
  /** Said beside the port, which is what can be wrong; the picture stays as it was. */
  const isOdd = (): boolean => {
    const oddity = oddityOf(packetWords({ protocol: protocol.value, port: port.value.trim() }))
    port.setAttribute('aria-invalid', String(oddity !== undefined))
    byId('port-problem').textContent = oddity ?? ''
    return oddity !== undefined
  }
  const submit = (taken?: Side): void => {
    if (isOdd()) return
    const [from, to] = [valueOf('from', taken), valueOf('to', taken)]
    address.go({
      from,
      to,
      protocol: protocol.value,
      port: port.value.trim(),
      ...(to !== '' && { ask: 'reach' as const }),
      finding: '',
    })
    if (to !== '') showAnswer()
  }
  const leave = (side: Side): void => {
    if (side === 'from' && fields.to.value() === '') fields.to.focus()
  }
  const taken = (side: Side, found: Found | undefined): void => {
    if (found) map.places.learn({ [found.selector]: found.boxes })
    submit(side)
    if (!found) return
    map.reveal([found.boxes])
    const id = map.places.shown(found.selector)
    if (id !== undefined && address.now().to === '') map.canvas.show([id])
    leave(side)
  }
  const field = (side: Side) =>
    combobox(byId<HTMLInputElement>(side), byId(`${side}-list`), {
      find,
      taken: (found) => taken(side, found),
      leaving: () => leave(side),
    })
  const fields = { from: field('from'), to: field('to') }
  byId('question').addEventListener('submit', (event) => {
    event.preventDefault()
    submit('to')
  })
  for (const each of [protocol, port]) each.addEventListener('change', () => submit())
  port.addEventListener('input', () => {
    if (port.getAttribute('aria-invalid') === 'true') isOdd()
  })
  return {
    draw: () => {
      const state = address.now()
      fields.from.set(state.from)
      fields.to.set(state.ask === 'reach' ? state.to : '')
      protocol.value = state.protocol
      if (document.activeElement === port) return
      port.value = state.port
      isOdd()
    },
    focus: () => fields.from.focus(),
    reset: () => {
      fields.from.reset()
      fields.to.reset()
    },
  }
}
