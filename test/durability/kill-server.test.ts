import { describeOnServer } from '../store/databases.ts'
import { itSurvivesKills } from './survive-kills.ts'

describeOnServer('killed without warning, on the server home', (current) => {
  itSurvivesKills(current)
})
