/** Why a packet goes where it goes. Opaque here: the codes and their sentences belong to the layer that drafts the graph. */
export interface Reason {
  /** An explanation code, such as `SUBNET_ACL_RESTRICTION`. */
  readonly code: string
  /** The id of the component that decides. */
  readonly resource: string
  /** Which of its rules, in words: `inbound rule 100`, `10.0.0.0/16 -> local`. */
  readonly rule?: string
  /** What the code's sentence needs besides. */
  readonly args?: Readonly<Record<string, string>>
}
