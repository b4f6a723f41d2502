import type { ExpressionBuilder } from 'kysely'
import type { Connection, Tables } from './tables.ts'

/** The tickets that changes rest on, each with its change. */
export const linksOfChanges = (on: Pick<Connection, 'selectFrom'>) =>
  on
    .selectFrom('ticket_links')
    .innerJoin('changes', (join) =>
      join
        .onRef('changes.repository_id', '=', 'ticket_links.repository_id')
        .onRef('changes.number', '=', 'ticket_links.number'),
    )

/** Nothing is done for installations that are suspended or removed; one that we know nothing of is neither. */
export const isNotInactive = (eb: ExpressionBuilder<Tables, 'changes'>) =>
  eb(
    'changes.installation_id',
    'not in',
    eb.selectFrom('installations').select('installations.id').where('standing', '<>', 'active'),
  )
