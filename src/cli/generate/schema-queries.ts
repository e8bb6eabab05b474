import type pg from 'pg'

const lines = async (client: pg.Client, statement: string): Promise<string[]> => {
  const { rows } = await client.query<{ line: string }>(statement)
  return rows.map((r) => r.line)
}

/** The whole schema as text, in a fixed order: what the migrations together lead to. */
export async function schemaText(client: pg.Client): Promise<string> {
  await client.query(`set search_path = public`)
  const tables = await lines(
    client,
    `select 'create table ' || c.relname || E' (\n' || (
        select string_agg('  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                 || case when a.attnotnull then ' not null' else '' end
                 || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''), E',\n' order by a.attnum)
          from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
      || coalesce(E',\n' || (
        select string_agg('  constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid), E',\n' order by k.contype desc, k.conname collate "C")
          from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'c', 'f')), '')
      || E'\n)' || coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '') || ';'
      || coalesce(E'\n' || (
        select string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\n' order by x.relname collate "C")
          from pg_index i join pg_class x on x.oid = i.indexrelid
         where i.indrelid = c.oid and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))), '')
      as line
     from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'migration'
    order by c.relname collate "C"`,
  )
  const functions = await lines(
    client,
    `select pg_get_functiondef(p.oid) || ';' as line from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' order by p.proname collate "C"`,
  )
  return `-- Made by npm run generate from the migrations; to change it, change them.\n\n${[...tables, ...functions].join('\n\n')}\n`
}
