import Type from 'typebox'
import { endpoint, Id, JsonObject, listOf, nullable, obj, oneOf, Page, text } from '../../../platform/http/endpoint.ts'
import {
  ItemFlag,
  FLAG_RESOLUTIONS,
  Import,
  IMPORT_FORMATS,
  CampaignItem,
  ITEM_STATES,
  CampaignPlace,
} from '../contract.ts'

const of = { params: CampaignPlace, scope: 'campaigns', role: 'requester' } as const

/** Items, their import, and what people say of them. */
export const itemCalls = {
  items: endpoint({
    ...of,
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/items',
    summary: 'Its items',
    query: obj({ ...Page, state: Type.Optional(oneOf(ITEM_STATES)) }),
    result: listOf(CampaignItem),
    refusals: ['campaign_not_found'],
  }),
  import_items: endpoint({
    ...of,
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/items',
    summary:
      'Import items from CSV, JSONL or Label Studio JSON, in parts of up to 5 MB; a part sent twice is taken once',
    body: obj({
      import_id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
      part: Type.Integer({ minimum: 1, maximum: 100_000 }),
      last: Type.Boolean(),
      format: oneOf(IMPORT_FORMATS),
      text: text(5_000_000),
      /** The column or field that names each item; `id` when there is one. */
      ref_field: Type.Optional(text(200, 1)),
      /** Parts of a Label Studio task to leave out on purpose. */
      ignore: Type.Optional(Type.Array(text(100, 1), { maxItems: 50 })),
    }),
    result: Import,
    refusals: [
      'campaign_not_found',
      'not_importable',
      'part_out_of_order',
      'import_over',
      'import_changed',
      'items_invalid',
      'too_many_items',
    ],
    body_limit: 12 * 1024 * 1024,
  }),
  import_state: endpoint({
    ...of,
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/imports/{import_id}',
    summary: 'Where an import stands, to resume it',
    params: obj({ campaign_id: Id, import_id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }) }),
    result: Import,
    refusals: ['import_not_found'],
  }),
  clear_items: endpoint({
    ...of,
    method: 'DELETE',
    path: '/v1/campaigns/{campaign_id}/items',
    summary: "Remove a draft's items, to import them afresh",
    result: obj({ campaign_id: Id, removed: Type.Integer() }),
    refusals: ['campaign_not_found', 'not_a_draft'],
  }),
  flags: endpoint({
    ...of,
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/flags',
    summary: 'Flags and questions about items, oldest first',
    query: obj({ ...Page, open: Type.Optional(Type.Boolean()) }),
    result: listOf(obj({ ...ItemFlag.properties, data: nullable(JsonObject), item_state: oneOf(ITEM_STATES) })),
    refusals: ['campaign_not_found'],
  }),
  resolve_flag: endpoint({
    ...of,
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/flags/{flag_id}/resolve',
    summary: 'Answer a question, or decide whether an item is broken; broken ones never count against anyone',
    params: obj({ campaign_id: Id, flag_id: Id }),
    body: obj({ resolution: oneOf(FLAG_RESOLUTIONS), reply: Type.Optional(text(2000, 1)) }),
    result: ItemFlag,
    refusals: ['flag_not_found', 'flag_resolved', 'reply_needed'],
  }),
}
