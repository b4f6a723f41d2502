import type { Logger } from 'pino'
import { Probot, ProbotOctokit } from 'probot'
import type { Config } from '#config.ts'

/**
 * Our Probot: it routes webhooks to the app function, and that is all it does.
 *
 * Its server is not used: it takes bodies of any size and answers only when everything is done. Nothing calls GitHub
 * while a webhook is received, so events share one Octokit that signs nothing, where Probot would build one for every
 * event and listener (thirteen times the cost of the rest of its routing).
 */
export function createProbot({ config, logger }: { readonly config: Config; readonly logger: Logger }): Probot {
  return new Probot({
    appId: config.appId,
    privateKey: config.privateKey.reveal(),
    secret: config.webhookSecret.reveal(),
    log: withoutBodies(logger),
    Octokit: ProbotOctokit.defaults({ authStrategy: oneOctokit }),
  })
}

/** At `debug` Probot writes every payload into the log. */
function withoutBodies(logger: Logger): Logger {
  return logger.isLevelEnabled('debug') ? logger.child({}, { level: 'info' }) : logger
}

interface AuthOptions {
  readonly octokit: InstanceType<typeof ProbotOctokit>
}

/** An Octokit auth strategy: whatever is asked for, here is the Octokit there is. */
function oneOctokit({ octokit }: AuthOptions) {
  const hook = () => Promise.reject(new Error('Nothing calls GitHub while a webhook is received.'))
  return Object.assign(() => Promise.resolve(octokit), { hook })
}
