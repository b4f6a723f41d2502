import { describe } from '@jest/globals'
import { outage } from './tickets/outage.ts'
import { linked } from './tickets/linked.ts'
import { elsewhere } from './tickets/elsewhere.ts'
import { reread } from './tickets/reread.ts'
import { setUp } from './tickets/set-up.ts'
import { sharedOrganizations } from './tickets/shared.ts'

// One file for several chapters: each file loads the whole app anew.
describe('tickets: outage', outage)
describe('tickets: linked', linked)
describe('tickets: elsewhere', elsewhere)
describe('tickets: reread', reread)
describe('tickets: set-up', setUp)
describe('tickets: shared', sharedOrganizations)
