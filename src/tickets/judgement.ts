/** What is made of a change's ticket. Reasons are plain text with untrusted parts in them. */
export type TicketJudgement =
  | { readonly outcome: 'met' | 'provisional' | 'blind'; readonly because: readonly string[] }
  | { readonly outcome: 'unmet'; readonly because: readonly string[]; readonly fix: readonly string[] }
  | { readonly outcome: 'waiting'; readonly because: readonly string[]; readonly awaited: string }
