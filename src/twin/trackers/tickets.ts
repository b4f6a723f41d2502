/** Where a status stands, in the words that the three trackers share; null: in no category (Jira alone has that). */
export type TicketCategory = 'open' | 'in-progress' | 'closed'

/** A ticket as somebody files it. */
export interface AddedTicket {
  readonly key: string
  /** Default: `Ticket <key>`. */
  readonly title?: string
  readonly type?: string
  /** As the tracker calls it. Default: the first of its category. */
  readonly status?: string
  /** Default: open. */
  readonly category?: TicketCategory | null
  /** Null: the account is gone, or an integration filed it. Default: `Ana Alvarez`. */
  readonly creator?: string | null
  /** Default: now. */
  readonly createdAt?: Date | string
}

/** A link that an app wrote on a ticket. */
export interface TicketLink {
  readonly id: string
  readonly url: string
  readonly title: string
  /** By what the tracker knows it again. */
  readonly identity: string
}

/** A ticket and all that is known of it. */
export interface TicketRecord {
  /** Never used twice. */
  readonly id: number
  key: string
  /** What it was called before it was moved, oldest first. */
  readonly formerKeys: string[]
  readonly title: string
  readonly type: string
  status: string
  category: TicketCategory | null
  categorySince: Date
  readonly creator: string | null
  readonly createdAt: Date
  updatedAt: Date
  startedAt: Date | null
  closedAt: Date | null
  /** Since when it has been in the trash. */
  trashedAt: Date | null
  /** Not shown to the account whose token is used. */
  hidden: boolean
  readonly links: TicketLink[]
}

/** What a tracker puts in where nobody says it. */
export interface Customs {
  readonly now: () => Date
  readonly type: string
  readonly statuses: Readonly<Record<TicketCategory, string>>
  readonly noCategory: string
}

/** The tickets of one tracker. */
export class TicketStore {
  readonly #tickets: TicketRecord[] = []
  readonly #customs: Customs
  #lastId = 10_000

  constructor(customs: Customs) {
    this.#customs = customs
  }

  add(added: AddedTicket): TicketRecord {
    if (this.find(added.key)) throw new Error(`There is a ticket ${added.key} already.`)
    const { now, type, statuses, noCategory } = this.#customs
    const createdAt = added.createdAt === undefined ? now() : new Date(added.createdAt)
    const category = added.category === undefined ? 'open' : added.category
    this.#lastId += 1
    const ticket: TicketRecord = {
      id: this.#lastId,
      key: added.key,
      formerKeys: [],
      title: added.title ?? `Ticket ${added.key}`,
      type: added.type ?? type,
      status: added.status ?? (category === null ? noCategory : statuses[category]),
      category,
      categorySince: createdAt,
      creator: added.creator === undefined ? 'Ana Alvarez' : added.creator,
      createdAt,
      updatedAt: createdAt,
      startedAt: category === 'in-progress' || category === 'closed' ? createdAt : null,
      closedAt: category === 'closed' ? createdAt : null,
      trashedAt: null,
      hidden: false,
      links: [],
    }
    this.#tickets.push(ticket)
    return ticket
  }

  find(key: string): TicketRecord | undefined {
    return this.#tickets.find((ticket) => ticket.key === key)
  }

  /** By what it is called now or was called before. */
  trace(key: string): TicketRecord | undefined {
    return this.find(key) ?? this.#tickets.findLast(({ formerKeys }) => formerKeys.includes(key))
  }

  all(): readonly TicketRecord[] {
    return this.#tickets
  }

  /** The ticket of that key, which must be there: for what people do. */
  get(key: string): TicketRecord {
    const ticket = this.find(key)
    if (!ticket) throw new Error(`There is no ticket ${key}. Add it first.`)
    return ticket
  }

  setStatus(ticket: TicketRecord, status: string, category: TicketCategory | null): void {
    const at = this.#customs.now()
    if (ticket.category !== category) ticket.categorySince = at
    ticket.status = status
    ticket.category = category
    ticket.startedAt = category === 'open' ? null : (ticket.startedAt ?? at)
    ticket.closedAt = category === 'closed' ? (ticket.closedAt ?? at) : null
    ticket.updatedAt = at
  }

  move(ticket: TicketRecord, key: string): void {
    if (this.find(key)) throw new Error(`There is a ticket ${key} already.`)
    ticket.formerKeys.push(ticket.key)
    ticket.key = key
    ticket.updatedAt = this.#customs.now()
  }

  trash(ticket: TicketRecord): void {
    ticket.trashedAt = this.#customs.now()
    ticket.updatedAt = ticket.trashedAt
  }

  remove(ticket: TicketRecord): void {
    this.#tickets.splice(this.#tickets.indexOf(ticket), 1)
  }

  /** Writes a link, or replaces the one of the same identity. */
  link(ticket: TicketRecord, link: Omit<TicketLink, 'id'>): { readonly link: TicketLink; readonly isNew: boolean } {
    const index = ticket.links.findIndex(({ identity }) => identity === link.identity)
    const known = ticket.links[index]
    this.#lastId += 1
    const written = { ...link, id: known?.id ?? String(this.#lastId) }
    if (known) ticket.links[index] = written
    else ticket.links.push(written)
    return { link: written, isNew: !known }
  }
}

/** What people do with the tickets of any of the trackers. */
export interface Tickets {
  readonly add: (ticket: AddedTicket) => void
  /** Another status, and by its category open, in progress or closed. */
  readonly setStatus: (key: string, status: string, category: TicketCategory) => void
  /** Deletes it. */
  readonly remove: (key: string) => void
  /** Takes it out of the sight of the account whose token is used. Nobody is told. */
  readonly hide: (key: string) => void
  /** What apps linked to it, oldest first. */
  readonly links: (key: string) => readonly { readonly url: string; readonly title: string }[]
}

/** Where a ticket can be moved, and is called otherwise from then on. */
export interface MovableTickets extends Tickets {
  readonly move: (key: string, newKey: string) => void
}
