/** Gives a file to whoever looks at the page, without any server. */
import { h } from './dom.ts'

export const save = (name: string, content: Blob): void => {
  const url = URL.createObjectURL(content)
  const link = h('a', { href: url, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
