import type { Place } from './settings.ts'

/** As they stand within a sentence. */
export const placeNames: Readonly<Record<Place, string>> = {
  branch: 'the branch name',
  title: 'the title',
  body: 'the description',
  commits: 'the commits',
}
