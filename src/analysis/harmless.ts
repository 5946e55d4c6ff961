/** Names are written by others: nothing that one could do to the terminal, or to the eyes, of whoever reads it. */

/** Control characters, among them those that steer terminals, and characters that cannot be seen or reverse the direction of reading,
 *  are shown by their code. In JSON the same text stays the same value. */
export const harmless = (text: string): string =>
  text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g
