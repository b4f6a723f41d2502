import { describe } from '@jest/globals'
import { answers } from './tickets/answers.ts'
import { told } from './tickets/told.ts'
import { merged } from './tickets/merged.ts'
import { figures } from './tickets/figures.ts'
import { breaker } from './tickets/breaker.ts'
import { calls } from './tickets/calls.ts'

// One file for several chapters: each file loads the whole app anew.
describe('tickets: answers', answers)
describe('tickets: told', told)
describe('tickets: merged', merged)
describe('tickets: figures', figures)
describe('tickets: breaker', breaker)
describe('tickets: calls', calls)
