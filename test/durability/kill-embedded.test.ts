import { describe } from '@jest/globals'
import { onEmbedded } from '../store/databases.ts'
import { itSurvivesKills } from './survive-kills.ts'

describe('killed without warning, on the embedded home', () => {
  itSurvivesKills(onEmbedded())
})
