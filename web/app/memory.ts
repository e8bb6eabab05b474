// Storage can be refused (private windows, in-app browsers): a preference is then simply not kept.

/** Reads a preference of this device. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`assay.${key}`)
  } catch {
    return null
  }
}

/** Keeps a preference of this device; null forgets it. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`assay.${key}`)
    else localStorage.setItem(`assay.${key}`, value)
  } catch {
    return
  }
}
