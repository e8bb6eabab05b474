import { DISCLOSED, type Field, type How } from '../../domains/evidence/disclose-table-rules.ts'

const MARK = '<!-- from here on this page is made by `npm run generate` -->'

/** The page of what is shown, with its table made anew from the table that entries are made by. */
export function disclosurePage(page: string): string {
  const head = page.slice(0, page.indexOf(MARK) + MARK.length)
  const rows = Object.entries(DISCLOSED).flatMap(([kind, { subject, fields }]) => {
    const all = [['subject', subject] as const, ...flat(fields)].filter(([, how]) => how !== 'dropped')
    const of = (column: Column) => all.filter(([, how]) => columnOf(how) === column).map(([name, how]) => `${name}${noteOf(how)}`).join(', ') // prettier-ignore
    return `| \`${kind}\` | ${of('now')} | ${of('later')} | ${of('never')} |`
  })
  return `${head}\n\n| event | public now | public after the close | commitment only |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

type Column = 'now' | 'later' | 'never'
function columnOf(how: How): Column {
  if (how === 'public' || how === 'day' || how.startsWith('name:')) return 'now'
  if (how.startsWith('after_close') || how === 'commitment_opened' || how === 'lines') return 'later'
  return 'never'
}

const noteOf = (how: How): string => {
  if (how === 'day') return ' (its day)'
  if (how.startsWith('name:') || how.startsWith('after_close_name:')) return ' (by a name)'
  if (how === 'lines') return ' (whose: to each their own)'
  if (how === 'owner') return ' (a person)'
  return ''
}

const flat = (fields: Readonly<Record<string, Field>>): (readonly [string, How])[] =>
  Object.entries(fields).flatMap(([name, how]): (readonly [string, How])[] =>
    typeof how === 'string'
      ? [[name.replace(/_commitment$/, ''), how]]
      : Object.entries(how).map(([inner, h]) => [`${name}.${inner}`, h] as const),
  )
