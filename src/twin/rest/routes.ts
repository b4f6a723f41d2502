import { appRoutes } from './app-routes.ts'
import { checkRoutes } from './check-routes.ts'
import { commitRoutes } from './commit-routes.ts'
import { hookRoutes } from './hook-routes.ts'
import { issueRoutes } from './issue-routes.ts'
import { organizationRoutes } from './organization-routes.ts'
import { pullRoutes } from './pull-routes.ts'
import { repositoryRoutes } from './repository-routes.ts'
import type { Route } from './route.ts'
import { ruleRoutes } from './rule-routes.ts'

/** Every REST operation the twin answers, by method and GitHub's template. */
export const routes: ReadonlyMap<string, Route> = new Map(
  [
    ...appRoutes,
    ...checkRoutes,
    ...commitRoutes,
    ...hookRoutes,
    ...issueRoutes,
    ...organizationRoutes,
    ...pullRoutes,
    ...repositoryRoutes,
    ...ruleRoutes,
  ].map((route) => [route.operation, route]),
)
