import { type Fact, unknown } from '#facts/fact.ts'
import { GitHubError, saysUninstalled } from './errors.ts'

/**
 * Reads a fact; what GitHub refuses is unknown, with the words of `why`.
 *
 * Refused: for want of a permission (403), hidden or not there (404), too large (406), or against a rule of GitHub's
 * (422). Other trouble throws, and so does an installation that is gone: nothing about it is to be recorded.
 */
export async function unlessRefused<Value>(
  read: () => Promise<Fact<Value>>,
  why: (refusal: GitHubError) => string,
): Promise<Fact<Value>> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof GitHubError) || saysUninstalled(error) || !refusals.has(error.status ?? 0)) throw error
    return unknown(why(error))
  }
}

/** Reads something; null when the app is not installed there (any more). */
export async function unlessUninstalled<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read()
  } catch (error) {
    if (saysUninstalled(error)) return null
    throw error
  }
}

const refusals = new Set([403, 404, 406, 422])
