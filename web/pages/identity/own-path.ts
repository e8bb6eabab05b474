/** Where to go after signing in: a path of our own, never another site that a crafted link names. */
export function ownPath(given: unknown): string {
  if (typeof given !== 'string' || !given.startsWith('/') || given.startsWith('//') || given.includes('\\')) return '/'
  return given.startsWith('/sign-in') ? '/' : given
}
