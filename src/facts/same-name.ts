/** Whether GitHub takes two names for one: of accounts, repositories and labels it keeps no two that differ in case alone. */
export const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
