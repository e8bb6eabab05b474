import { browserSupportsWebAuthn, startAuthentication, startRegistration, WebAuthnError } from '@simplewebauthn/browser'

/** Whether this browser can hold passkeys at all. Browsers inside chat and social apps mostly cannot. */
export const passkeysWork = (): boolean => browserSupportsWebAuthn()

/** Whether the page runs inside another app's browser, where passkeys and saved sessions do not last. */
export function insideApp(agent: string = navigator.userAgent): boolean {
  return /\b(FBAN|FBAV|FB_IAB|Instagram|Line\/|MicroMessenger|TikTok|BytedanceWebview|Snapchat|Twitter|Telegram|LinkedInApp|; wv\))/.test(
    agent,
  )
}

/** A person who closed the passkey sheet changed their mind; that is not a problem to report. */
export const wasCancelled = (error: unknown): boolean =>
  (error instanceof WebAuthnError && (error.code === 'ERROR_CEREMONY_ABORTED' || error.name === 'NotAllowedError')) ||
  (error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError'))

type Options = Record<string, unknown>

/** Makes a new passkey for these options; the answer goes to the server as it is. */
export async function makePasskey(options: Options): Promise<Options> {
  return (await startRegistration({
    optionsJSON: options as unknown as Parameters<typeof startRegistration>[0]['optionsJSON'],
  })) as unknown as Options
}

/** Asks for a passkey that exists. */
export async function usePasskey(options: Options): Promise<Options> {
  return (await startAuthentication({
    optionsJSON: options as unknown as Parameters<typeof startAuthentication>[0]['optionsJSON'],
  })) as unknown as Options
}
