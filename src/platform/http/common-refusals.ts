import { declareRefusals } from './endpoint.ts'

/** Refusals that any endpoint may give, so none needs to list them. */
export const commonRefusals = declareRefusals({
  invalid_request: { status: 422, message: 'Something in the request does not fit. The fields say what and where.' },
  malformed_json: { status: 400, message: 'The body is not valid JSON. Send one JSON object.' },
  unsupported_media_type: { status: 415, message: 'Send the body as application/json.' },
  body_too_large: { status: 413, message: 'The body is larger than {limit} bytes. Send it in smaller parts.' },
  session_ended: { status: 401, message: 'Your session has ended. Sign in again; your drafts are kept.' },
  key_unknown: { status: 401, message: 'This API key is not known here. Check that all of it was copied.' },
  key_revoked: { status: 401, message: 'This API key was revoked. Make a new one on the account page.' },
  key_expired: { status: 401, message: 'This API key has expired. Make a new one on the account page.' },
  account_suspended: {
    status: 403,
    message:
      'This account is suspended: {reason} You can still see your data and take your money; write to the operator if you think this is wrong.',
  },
  not_signed_in: { status: 401, message: 'Sign in first, or send an API key.' },
  not_allowed: { status: 403, message: 'Your account does not have the {role} role for this.' },
  scope_missing: { status: 403, message: 'This API key lacks the scope "{scope}". Make a key that has it.' },
  cross_site: { status: 403, message: 'This request came from another site. Open Assay itself and try again.' },
  not_found: { status: 404, message: 'There is nothing here under that name or id.' },
  rate_limited: { status: 429, message: 'That was a lot at once. Try again in {seconds} seconds.' },
  idempotency_conflict: {
    status: 409,
    message: 'This idempotency key was used for a different request. Use a new key.',
  },
  shutting_down: { status: 503, message: 'The server is restarting. Try again in a few seconds; nothing was lost.' },
})
