/** One thing that was looked at. A warning is worth knowing; only a fault makes the exit code 1. */
export type Finding = { check: string; state: 'ok' | 'warning' | 'fault'; message: string; fix?: string }

export const ok = (check: string, message: string): Finding => ({ check, state: 'ok', message })
export const warning = (check: string, message: string, fix: string): Finding => ({
  check,
  state: 'warning',
  message,
  fix,
})
export const fault = (check: string, message: string, fix: string): Finding => ({ check, state: 'fault', message, fix })
