/** Text from outside as both homes take it: PostgreSQL refuses NUL, which becomes the replacement character. */
export const storable = (text: string): string => text.replaceAll('\0', '\ufffd')

/** A time in the one form whose text order is time order: GitHub writes it without milliseconds, we with them. */
export function storableTime(time: string): string {
  const at = new Date(time)
  return Number.isNaN(at.getTime()) ? storable(time) : at.toISOString()
}

/** GitHub's logins are the same in any case. */
export const loginKey = (login: string): string => storable(login).toLowerCase()
