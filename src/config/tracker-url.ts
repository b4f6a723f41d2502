/** What is wrong with the address of a tracker, as a sentence that does not repeat it; null: nothing. */
export function faultOfTrackerUrl(name: string, text: string, network: string | undefined): string | null {
  const url = URL.parse(text)
  if (url === null || !['https:', 'http:'].includes(url.protocol)) {
    return `${name} must be a whole address such as ${example(name)}.`
  }
  if (url.username !== '' || url.password !== '') {
    return `${name} has a name or a password in it: remove them and put the token into a file, which ${name.replace('_URL', '_TOKEN_FILE')} names.`
  }
  if (/[?#]/.test(text)) {
    return `${name} has a ? or a # in it: keep what stands before, such as ${example(name)}.`
  }
  return faultOfProtocol(name, url, network) ?? (name === 'JIRA_URL' ? faultOfJiraPath(url) : faultOfPath(name, url))
}

/** As it is used: written as every client writes it, without a slash at the end. */
export function trackerUrl(text: string): string {
  const { origin, pathname } = new URL(text)
  return `${origin}${pathname.replace(/\/+$/, '')}`
}

/** Whether it is a site of Jira Cloud, where a token has to come with the e-mail address of its account. */
export function isAtlassianCloud(text: string | undefined): boolean {
  const url = text === undefined ? null : URL.parse(text)
  return url !== null && isCloudHost(url)
}

const isCloudHost = ({ hostname }: URL): boolean => /(^|\.)atlassian\.net\.?$/.test(hostname)

const examples: Readonly<Record<string, string>> = {
  JIRA_URL: 'https://acme.atlassian.net',
  LINEAR_URL: 'https://api.linear.app',
  SHORTCUT_URL: 'https://api.app.shortcut.com',
}

const example = (name: string): string => examples[name] ?? 'https://tracker.example.com'

function faultOfProtocol(name: string, url: URL, network: string | undefined): string | null {
  const isHere = /^(localhost\.?|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  if (isHere && network !== 'loopback') {
    return `${name} leads to this machine: give the address of the tracker, or set TRACKER_NETWORK=loopback to try it out.`
  }
  return url.protocol === 'https:' || isHere
    ? null
    : `${name} must begin with https://: a token would travel in the clear.`
}

function faultOfJiraPath(url: URL): string | null {
  if (url.hostname === 'api.atlassian.com') return siteMissing
  const isPage = /\/(browse|rest|secure)(\/|$)/i.test(url.pathname)
  if (!isPage && (!isCloudHost(url) || url.pathname === '/')) return null
  return isCloudHost(url)
    ? 'JIRA_URL must end with the host, such as https://acme.atlassian.net, without the path of a page.'
    : 'JIRA_URL is the address of a page in Jira: keep what stands before /browse, /rest or /secure.'
}

/** Links for people start with this address, and only tokens with scopes need that other one. */
const siteMissing =
  'JIRA_URL must be where people open Jira, such as https://acme.atlassian.net: use an API token without scopes.'

const faultOfPath = (name: string, url: URL): string | null =>
  /^\/+$/.test(url.pathname) ? null : `${name} must end with the host, such as ${example(name)}.`
