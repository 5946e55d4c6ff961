/** The packets that the form restricts questions to. */
import { filterOf, type PacketWords } from '../../src/analysis/packet-words.ts'
import { ZtnetError } from '../../src/errors.ts'

/** As fields and address have it: empty for any. */
export const packetWords = ({ protocol, port }: { readonly protocol: string; readonly port: string }): PacketWords => ({
  ...(protocol !== '' && { protocol }),
  ...(port !== '' && { port }),
})

/** What is wrong with the words, with the remedy; undefined where they make sense. */
export const oddityOf = (words: PacketWords): string | undefined => {
  try {
    filterOf(words)
    return undefined
  } catch (error) {
    if (!(error instanceof ZtnetError)) throw error
    return error.hint === undefined ? error.message : `${error.message}: ${error.hint}`
  }
}
